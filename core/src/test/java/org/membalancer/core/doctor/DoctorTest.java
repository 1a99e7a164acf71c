// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DoctorTest {
    @TempDir
    private Path root;
    private MachineTree machine;

    @BeforeEach
    void makeAGoodMachine() throws IOException {
        machine = new MachineTree(root);
    }

    @Test
    void shouldFindNothingWrongWithAGoodMachine() {
        Diagnosis diagnosis = machine.diagnose(Finding.ok("helper", "version 1"));
        assertEquals(List.of(), diagnosis.findings().stream().filter(f -> f.verdict() != Verdict.OK).toList());
        assertTrue(diagnosis.canBalance());
        assertEquals("AMD EPYC 9654 (AuthenticAMD, family 25)", found("processor"));
        assertEquals("ibs_op, type 11, with l3missonly, cnt_ctl", found("source ibs"));
        assertEquals("3, 2 with CPUs, 3 with memory", found("nodes"));
        assertEquals("2", found("memory-only nodes"));
        assertEquals("memory_tier22: nodes 2; memory_tier4: nodes 0-1", found("memory tiers"));
        assertEquals("node2 250 ns, 30000 MB/s", found("HMAT access classes"));
        assertEquals("madvise, defrag madvise", found("transparent huge pages"));
        assertEquals("0-2 (all)", found("allowed nodes"));
        assertEquals("version 2", found("control groups"));
        assertEquals("none is mounted", found("bpffs"));
        assertEquals("version 1", diagnosis.findings().get(diagnosis.findings().size() - 1).found());
    }

    /** A file, what stands in it (nothing: it is missing), what is found then. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", value = {
        "proc/sys/kernel/osrelease | 5.14.0 | kernel | 5.14.0 | NOT_SUPPORTED | true",
        "proc/sys/kernel/osrelease | 5.15.0-1 | kernel | 5.15.0-1 | OK | false",
        "proc/sys/kernel/osrelease | next | kernel | next | LIMITED | false",
        "sys/kernel/btf/vmlinux | - | BTF | no /sys/kernel/btf/vmlinux | NOT_SUPPORTED | true",
        "proc/sys/net/core/bpf_jit_enable | 0 | BPF JIT | off | LIMITED | false",
        "proc/sys/net/core/bpf_jit_enable | - | BPF JIT | always on | OK | false",
        "proc/sys/kernel/perf_event_paranoid | 4 | perf_event_paranoid | 4 | LIMITED | false",
        "proc/sys/kernel/perf_event_paranoid | -1 | perf_event_paranoid | -1 | OK | false",
        "proc/sys/kernel/perf_event_max_sample_rate | 1000 | perf_event_max_sample_rate | 1000 | LIMITED | false",
        "proc/sys/kernel/perf_event_max_sample_rate | - | perf_event_max_sample_rate | not there | LIMITED | false",
        "proc/sys/kernel/perf_cpu_time_max_percent | 0 | perf_cpu_time_max_percent | 0 | LIMITED | false",
        "proc/sys/kernel/unprivileged_bpf_disabled | 0 | unprivileged_bpf_disabled | 0 | LIMITED | false",
        "proc/sys/kernel/numa_balancing | 1 | numa_balancing | 1 | LIMITED | false",
        "proc/sys/kernel/numa_balancing | 2 | numa_balancing | 2 (with memory tiering) | LIMITED | false",
        "proc/sys/kernel/numa_balancing | - | numa_balancing | not in this kernel | OK | false",
        "proc/sys/kernel/yama/ptrace_scope | 2 | yama ptrace_scope | 2 | LIMITED | false",
        "proc/sys/kernel/bpf_stats_enabled | 1 | bpf_stats_enabled | on | OK | false",
        "proc/sys/vm/zone_reclaim_mode | 1 | zone_reclaim_mode | 1 | LIMITED | false",
        "sys/kernel/mm/numa/demotion_enabled | true | kernel demotion | on | LIMITED | false",
        "sys/devices/system/node/node1/distance | 21 11 31 | distances | node 1 to itself 11, not 10 | LIMITED | false",
        "sys/devices/system/node/node1/distance | 22 10 31 | distances | node 0 to 1 21, back 22 | LIMITED | false",
        "sys/devices/system/node/node0/distance | 10 10 31 | distances | node 0 to 1 10 | LIMITED | false",
        "sys/devices/system/node/has_memory | 0-3 | allowed nodes | 0-2, not 3 | LIMITED | false",
        "sys/devices/system/cpu/online | 0-8 | allowed CPUs | 0-7, not 8 | LIMITED | false",
        "proc/self/numa_maps | 7ff bind:0 anon=1 | memory policy | bind:0 | LIMITED | false",
        "proc/self/mounts | cgroup /c cgroup rw 0 0 | control groups | version 1 only | NOT_SUPPORTED | false",
        "proc/self/cgroup | 0::/docker/89f | container | its control group | LIMITED | false",
        ".dockerenv | '' | container | /.dockerenv | LIMITED | false",
        "sys/bus/event_source/devices/software/type | 1 | sources soft and faults | perf's software events | OK | false",
    })
    void shouldJudgeWhatIsInAFile(String file, String text, String what, String found, Verdict verdict, boolean isBlocking)
            throws IOException {
        if (text == null) {
            machine.delete(file);
        } else {
            machine.write(file, text);
        }
        Finding finding = finding(what);
        assertEquals(found, finding.found());
        assertEquals(verdict, finding.verdict(), finding::toString);
        assertEquals(isBlocking, finding.isBlocking(), finding::toString);
        assertEquals(verdict != Verdict.OK, !finding.advice().isEmpty(), finding::toString);
        assertEquals(!isBlocking, machine.diagnose().canBalance());
    }

    @Test
    void shouldSayThatOneNodeCannotBeBalanced() throws IOException {
        machine.writeNodes("10");
        Finding nodes = finding("nodes");
        assertEquals(new Finding("nodes", "1, 1 with CPUs, 1 with memory", Verdict.NOT_SUPPORTED,
                "one node has memory: there is nothing to balance; reports work", true), nodes);
        assertFalse(machine.diagnose().canBalance());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "AuthenticAMD | ibs            | no PMU ibs_op although the processor has IBS",
        "AuthenticAMD | sse            | no PMU ibs_op",
        "AuthenticAMD | ibs hypervisor | no PMU ibs_op in this guest",
        "GenuineIntel | ibs            | no PMU ibs_op: only AMD processors have IBS",
    })
    void shouldSayWhyThereIsNoIbs(String vendor, String flags, String found) throws IOException {
        String op = "sys/bus/event_source/devices/ibs_op";
        machine.delete(op + "/type").delete(op + "/format/l3missonly").delete(op + "/format/cnt_ctl").delete(op + "/format")
                .delete(op + "/caps/zen4_ibs_extensions").delete(op + "/caps").delete(op);
        machine.writeCpu(vendor, "m", flags);
        assertEquals(found, found("source ibs"));
        assertEquals(Verdict.NOT_SUPPORTED, finding("source ibs").verdict());
        assertEquals(flags.equals("sse"), finding("source ibs").advice().contains("BIOS"));
        assertTrue(machine.diagnose().canBalance(), "soft is left");
    }

    @Test
    void shouldLookForPebsOnIntelOnly() throws IOException {
        machine.writeCpu("GenuineIntel", "Xeon", "sse");
        assertEquals("the PMU has no event mem-loads", found("source pebs"));
        machine.write("sys/bus/event_source/devices/cpu/events/mem-loads", "event=0xcd");
        assertEquals("mem-loads", found("source pebs"));
    }

    @Test
    void shouldNameTheGuestsHost() throws IOException {
        machine.writeCpu("AuthenticAMD", "m", "hypervisor").write("sys/class/dmi/id/sys_vendor", "QEMU")
                .write("sys/class/dmi/id/product_name", "Standard PC");
        assertEquals("a guest on QEMU Standard PC", found("virtualisation"));
    }

    @Test
    void shouldNameWhatThisProcessMayNot() throws IOException {
        machine.writeSelf("0000000000000000", "2");
        assertEquals("without CAP_BPF, CAP_PERFMON", found("capabilities for a helper"));
        assertEquals("without CAP_SYS_NICE, CAP_SYS_PTRACE", found("capabilities for other processes"));
        assertEquals(Verdict.NOT_PERMITTED, finding("capabilities for a helper").verdict());
        assertEquals("a filter, as containers have", found("seccomp"));
        assertFalse(Doctor.mayStartHelper(root));
        machine.writeSelf("000000c000000000", "0");
        assertTrue(Doctor.mayStartHelper(root), "bits 38 and 39");
    }

    @Test
    void shouldJudgeLimits() throws IOException {
        machine.write("proc/self/limits", "Max open files            256   256   files\nMax locked memory   65536  65536  bytes");
        assertEquals(Verdict.LIMITED, finding("RLIMIT_NOFILE").verdict());
        assertEquals("65536", found("RLIMIT_MEMLOCK"));
        assertEquals(Verdict.LIMITED, finding("RLIMIT_MEMLOCK").verdict());
    }

    @Test
    void shouldFindBpffsThatEverybodyMayWriteTo() throws IOException {
        machine.write("proc/self/mounts", "none /sys/fs/bpf bpf rw 0 0\ncgroup2 /c cgroup2 rw 0 0");
        Path folder = Files.createDirectories(root.resolve("sys/fs/bpf"));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertEquals(Verdict.LIMITED, finding("bpffs /sys/fs/bpf").verdict());
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        assertEquals(Verdict.OK, finding("bpffs /sys/fs/bpf").verdict());
    }

    @Test
    void shouldFindJvmsAndTheirCollectors() throws IOException {
        machine.write("proc/10/maps", "7f00-7f10 r-xp 0 0:0 1 /usr/bin/bash");
        machine.write("proc/11/maps", "7f00-7f10 r-xp 0 0:0 1 /opt/jdk/lib/server/libjvm.so").write("proc/11/comm", "java")
                .write("proc/11/status", "NSpid:\t11\t1")
                .write("proc/11/root/tmp/hsperfdata_app/1", "\u0001sun.gc.collector.0.name\0\0ZGC minor collection pauses\0")
                .write("proc/11/cmdline", "java\0-XX:+UseSerialGC\0-Dpassword=x\0Main");
        machine.write("proc/12/maps", "7f00-7f10 r-xp 0 0:0 1 /opt/jdk/lib/server/libjvm.so").write("proc/12/comm", "app")
                .write("proc/12/cmdline", "app\0-XX:+UseParallelGC\0-javaagent:/x/membalancer-agent.jar\0");
        machine.write("proc/13/maps", "7f00-7f10 r-xp 0 0:0 1 /opt/jdk/lib/server/libjvm.so").write("proc/13/comm", "java");
        assertEquals("ZGC, java", found("JVM 11"));
        assertEquals(Verdict.LIMITED, finding("JVM 11").verdict());
        assertEquals("Parallel, app, has the agent", found("JVM 12"));
        assertEquals(Verdict.OK, finding("JVM 12").verdict());
        assertEquals("collector not known, java", found("JVM 13"));
        assertTrue(machine.diagnose().findings().stream().noneMatch(f -> f.toString().contains("password")));
    }

    @Test
    void shouldSurviveAnEmptyTree() throws IOException {
        Diagnosis diagnosis = Doctor.diagnose(Files.createDirectory(root.resolve("empty")), List.of());
        assertFalse(diagnosis.canBalance());
        diagnosis.findings().forEach(f -> assertTrue(f.verdict() == Verdict.OK || !f.advice().isEmpty(), f::toString));
    }

    private String found(String what) {
        return finding(what).found();
    }

    private Finding finding(String what) {
        List<Finding> findings = machine.diagnose().findings().stream().filter(f -> f.what().equals(what)).toList();
        assertEquals(1, findings.size(), () -> what + " in " + machine.diagnose());
        return findings.get(0);
    }
}
