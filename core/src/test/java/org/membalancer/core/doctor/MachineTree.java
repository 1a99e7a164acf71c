// SPDX-License-Identifier: Apache-2.0
package org.membalancer.core.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A made-up machine: as good as one can be, unless a test changes it. */
final class MachineTree {
    private static final String ALL_CAPABILITIES = "000001ffffffffff";
    private final Path root;

    MachineTree(Path root) throws IOException {
        this.root = root;
        writeCpu();
        writeKernel();
        writeSelf(ALL_CAPABILITIES, "0");
        writeNodes("10 21 31", "21 10 31", "31 31 10");
    }

    MachineTree write(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text + "\n");
        return this;
    }

    MachineTree delete(String path) throws IOException {
        Files.delete(root.resolve(path));
        return this;
    }

    MachineTree writeCpu(String vendor, String model, String flags) throws IOException {
        return write("proc/cpuinfo", "processor\t: 0\nvendor_id\t: " + vendor + "\ncpu family\t: 25\nmodel name\t: " + model
                + "\nflags\t\t: fpu " + flags + "\n\nprocessor\t: 1\nvendor_id\t: Other\n");
    }

    MachineTree writeSelf(String capabilities, String seccomp) throws IOException {
        write("proc/self/status", "Name:\tjava\nNSpid:\t7\nCapPrm:\t0\nCapEff:\t" + capabilities + "\nSeccomp:\t" + seccomp
                + "\nSeccomp_filters:\t0\nCpus_allowed_list:\t0-7\nMems_allowed_list:\t0-2");
        write("proc/self/limits", "Limit                     Soft Limit           Hard Limit           Units     \n"
                + "Max open files            20000                20000                files     \n"
                + "Max locked memory         unlimited            unlimited            bytes     ");
        write("proc/self/numa_maps", "55c4418b0000 default file=/usr/bin/cat\n7ffc00000000 default stack");
        write("proc/self/cgroup", "0::/user.slice");
        return write("proc/self/mounts", "cgroup2 /sys/fs/cgroup cgroup2 rw 0 0\nproc /proc proc rw 0 0");
    }

    MachineTree writeNodes(String... distances) throws IOException {
        for (int i = 0; i < distances.length; i++) {
            String node = "sys/devices/system/node/node" + i + "/";
            write(node + "cpulist", i < 2 ? i * 4 + "-" + (i * 4 + 3) : "");
            write(node + "distance", distances[i]);
            write(node + "meminfo", "Node " + i + " MemTotal:  4096 kB\nNode " + i + " MemFree:   1024 kB");
        }
        String all = distances.length == 1 ? "0" : "0-" + (distances.length - 1);
        write("sys/devices/system/node/has_memory", all);
        return write("sys/devices/system/node/online", all);
    }

    Diagnosis diagnose(Finding... others) {
        return Doctor.diagnose(root, List.of(others));
    }

    private void writeCpu() throws IOException {
        writeCpu("AuthenticAMD", "AMD EPYC 9654", "ibs sse");
        String op = "sys/bus/event_source/devices/ibs_op/";
        write(op + "type", "11").write(op + "format/l3missonly", "config:16").write(op + "format/cnt_ctl", "config:19");
        write(op + "caps/zen4_ibs_extensions", "1");
        write("sys/bus/event_source/devices/ibs_fetch/type", "10");
        write("sys/bus/event_source/devices/software/type", "1");
        write("sys/devices/system/cpu/online", "0-7");
    }

    private void writeKernel() throws IOException {
        write("proc/sys/kernel/osrelease", "6.12.9-amd64").write("sys/kernel/btf/vmlinux", "");
        write("proc/sys/net/core/bpf_jit_enable", "1");
        String kernel = "proc/sys/kernel/";
        write(kernel + "perf_event_paranoid", "2").write(kernel + "perf_event_max_sample_rate", "100000");
        write(kernel + "perf_cpu_time_max_percent", "25").write(kernel + "unprivileged_bpf_disabled", "2");
        write(kernel + "numa_balancing", "0").write(kernel + "yama/ptrace_scope", "1");
        write(kernel + "bpf_stats_enabled", "0").write("proc/sys/vm/zone_reclaim_mode", "0");
        write("sys/kernel/mm/numa/demotion_enabled", "false");
        write("sys/kernel/mm/transparent_hugepage/enabled", "always [madvise] never");
        write("sys/kernel/mm/transparent_hugepage/defrag", "always defer [madvise] never");
        write("sys/devices/virtual/memory_tiering/memory_tier4/nodelist", "0-1");
        write("sys/devices/virtual/memory_tiering/memory_tier22/nodelist", "2");
        write("sys/devices/system/node/node2/access0/initiators/read_latency", "250");
        write("sys/devices/system/node/node2/access0/initiators/read_bandwidth", "30000");
    }
}
