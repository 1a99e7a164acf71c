// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.membalancer.jni.Errno;
import org.membalancer.jni.GroupStatus;
import org.membalancer.jni.GroupTables;
import org.membalancer.jni.HelperConnection;
import org.membalancer.jni.HelperException;
import org.membalancer.jni.NativeLibrary;

/** The real helper's group of processes that come one by one. */
@Timeout(300)
class GrowingSetIT {
    private static final int NOBODY = 4_194_304;

    private final List<String> refused = new ArrayList<>();
    @TempDir
    private Path directory;

    @BeforeEach
    void needRootAndTheHelper() throws Exception {
        Tools.needRootAndTheHelper();
        NativeLibrary.load();
    }

    @Test
    void shouldBeginAnotherGroupWhenTheFirstProcessHasEnded() throws Exception {
        Path socket = directory.resolve("socket");
        try (Tools.TestHelper helper = Tools.TestHelper.start(socket, "soft"); Tools.HotSet one = Tools.HotSet.start(1);
                Tools.HotSet other = Tools.HotSet.start(1); Tools.HotSet third = Tools.HotSet.start(1);
                HelperConnection connection = HelperConnection.connect(socket)) {
            GrowingSet set = new GrowingSet(connection, spec -> spec.withUserOnly(true), this::refuse);
            set.add((int) one.process().pid());
            one.close();
            set.add((int) other.process().pid());
            set.add(NOBODY);
            set.add((int) third.process().pid());
            assertEquals(List.of(one.pid() + " ENOENT", NOBODY + " ESRCH"), refused, "all but the living: " + helper);
            try (GroupTables tables = set.tables()) {
                assertEquals(List.of((int) other.process().pid(), (int) third.process().pid()),
                        TargetGroups.processes(tables).read().stream().map(MemberProcess::pid).toList());
                assertEquals(List.of(true), connection.groups().stream().map(GroupStatus::isUserOnly).toList());
            }
        }
    }

    @Test
    void shouldSayWhyThereIsNone() throws Exception {
        Path socket = directory.resolve("socket");
        try (Tools.TestHelper helper = Tools.TestHelper.start(socket, "soft");
                HelperConnection connection = HelperConnection.connect(socket)) {
            GrowingSet set = new GrowingSet(connection, spec -> spec.withUserOnly(true), this::refuse);
            set.add(NOBODY);
            HelperException e = assertThrows(HelperException.class, set::tables, helper.toString());
            assertEquals("ESRCH", Errno.name(e.errno()));
        }
    }

    private void refuse(int pid, HelperException why) {
        refused.add(pid + " " + Errno.name(why.errno()));
    }
}
