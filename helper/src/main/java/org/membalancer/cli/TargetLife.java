// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.membalancer.jni.TargetKind;

/** Whether processes may still come into a target that has none at the moment. Immutable. */
final class TargetLife {
    private final boolean isEndless;
    private final Optional<Path> cgroup;
    private final List<ProcessHandle> parents;

    private TargetLife(boolean isEndless, Optional<Path> cgroup, List<ProcessHandle> parents) {
        this.isEndless = isEndless;
        this.cgroup = cgroup;
        this.parents = parents;
    }

    /** That of a target whose processes are alive now: handles tell a process from a later one of the same id. */
    static TargetLife of(ReportTarget target) {
        boolean hasParents = target.kind() == TargetKind.DESCENDANTS || target.kind() == TargetKind.CHILDREN;
        return new TargetLife(target.kind() == TargetKind.ALL, target.cgroup(),
                hasParents ? target.pids().stream().map(ProcessHandle::of).flatMap(Optional::stream).toList() : List.of());
    }

    /** Whether a parent lives, who may have children yet, or the cgroup is there, or the target is everything. */
    boolean mayGrow() {
        return isEndless || cgroup.filter(Files::isDirectory).isPresent()
                || parents.stream().anyMatch(ProcessHandle::isAlive);
    }
}
