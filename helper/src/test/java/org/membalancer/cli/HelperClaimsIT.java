// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.membalancer.core.balance.ClaimDoor;
import org.membalancer.core.policy.TierClaim;
import org.membalancer.jni.GroupTables;
import org.membalancer.jni.HelperConnection;
import org.membalancer.jni.HelperStatus;
import org.membalancer.jni.NativeLibrary;
import org.membalancer.jni.TargetSpec;

/** Two balancers, each with a process, tell each other their claims through the real helper. */
@Timeout(300)
class HelperClaimsIT {
    private static final TierClaim FIRST = new TierClaim(12_288, 97);
    private static final TierClaim SECOND = new TierClaim(4096, 1);

    @TempDir
    private Path directory;

    @Test
    void shouldHearWhatOthersClaimAndNotItself() throws Exception {
        Tools.needRootAndTheHelper();
        NativeLibrary.load();
        Path socket = directory.resolve("socket");
        try (Tools.TestHelper helper = Tools.TestHelper.start(socket, "soft"); Tools.HotSet one = Tools.HotSet.start(1);
                Tools.HotSet other = Tools.HotSet.start(1);
                HelperConnection connection = HelperConnection.connect(socket);
                GroupTables tables = connection.open((int) one.process().pid())) {
            ClaimDoor first = Doors.claims(connection, List.of(tables.groupId()));
            try (HelperConnection otherConnection = HelperConnection.connect(socket);
                    GroupTables otherTables = otherConnection.open((int) other.process().pid())) {
                ClaimDoor second = Doors.claims(otherConnection, List.of(otherTables.groupId()));
                assertEquals(List.of(), second.others(), "nobody claimed yet: " + helper);
                first.claim(FIRST);
                second.claim(SECOND);
                assertEquals(List.of(SECOND), claims(first));
                assertEquals(List.of(FIRST), claims(second));
                assertTrue(second.others().get(0).ageMs() >= 0, "" + second.others());
                first.claim(new TierClaim(0, 0));
                assertEquals(List.of(), second.others(), "taken back");
                first.claim(new TierClaim(Long.MAX_VALUE, Long.MAX_VALUE));
                TierClaim most = claims(second).get(0);
                HelperStatus status = connection.status();
                assertTrue(most.bytes() > 0 && most.bytes() < 1L << 30, "what the process has in memory: " + most);
                assertEquals((long) status.rateAskedHz() * status.cpuCount(), most.accessesPerSecond(),
                        "what can be sampled");
            }
            assertEquals(List.of(), first.others(), "who leaves claims nothing");
        }
    }

    @Test
    void shouldClaimWithAnotherGroupOnceOneHasEnded() throws Exception {
        Tools.needRootAndTheHelper();
        NativeLibrary.load();
        Path socket = directory.resolve("socket");
        try (Tools.TestHelper helper = Tools.TestHelper.start(socket, "soft"); Tools.HotSet one = Tools.HotSet.start(1);
                Tools.HotSet other = Tools.HotSet.start(1); Tools.HotSet third = Tools.HotSet.start(1);
                HelperConnection connection = HelperConnection.connect(socket);
                GroupTables ofOne = connection.open(TargetSpec.descendants((int) one.process().pid()));
                GroupTables ofOther = connection.open(TargetSpec.descendants((int) other.process().pid()));
                HelperConnection listening = HelperConnection.connect(socket);
                GroupTables ofThird = listening.open((int) third.process().pid())) {
            ClaimDoor several = Doors.claims(connection, List.of(ofOne.groupId(), ofOther.groupId()));
            ClaimDoor listener = Doors.claims(listening, List.of(ofThird.groupId()));
            several.claim(FIRST);
            assertEquals(List.of(FIRST), claims(listener), "one for both: " + helper);
            assertEquals(List.of(), several.others());
            one.close();
            several.claim(SECOND);
            assertEquals(List.of(SECOND), claims(listener), "by the group that is left");
            assertEquals(List.of(), several.others());
            other.close();
            several.claim(new TierClaim(0, 0));
            IOException e = assertThrows(IOException.class, () -> several.claim(FIRST));
            assertEquals("the groups that could claim have ended", e.getMessage());
        }
    }

    private static List<TierClaim> claims(ClaimDoor door) throws Exception {
        return door.others().stream().map(ClaimDoor.Other::claim).toList();
    }
}
