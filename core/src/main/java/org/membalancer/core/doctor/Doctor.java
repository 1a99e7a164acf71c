// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.doctor;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Makes a diagnosis of what lies below a root folder. */
public final class Doctor {
    private static final List<Check> CHECKS = List.of(
            CpuCheck::look, SourceCheck::look, KernelCheck::look, SysctlCheck::look, OwnRightsCheck::look,
            NodesCheck::look, TiersCheck::look, PagesCheck::look, CpusetCheck::look, MountsCheck::look,
            ContainerCheck::look, JvmCheck::look);

    private Doctor() {
    }

    /**
     * Looks at everything that files tell.
     *
     * @param root the folder that has {@code proc} and {@code sys}
     * @param others what was found by asking rather than reading: the helper, move_pages
     */
    public static Diagnosis diagnose(Path root, List<Finding> others) {
        MachineFiles files = new MachineFiles(root);
        List<Finding> findings = new ArrayList<>();
        CHECKS.forEach(check -> findings.addAll(check.look(files)));
        findings.addAll(others);
        return new Diagnosis(findings);
    }

    /** Whether this process has what a helper needs to start. */
    public static boolean mayStartHelper(Path root) {
        return OwnRightsCheck.mayStartHelper(new MachineFiles(root));
    }
}
