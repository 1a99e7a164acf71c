// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Options;
import org.membalancer.core.doctor.Diagnosis;
import org.membalancer.core.doctor.Doctor;
import org.membalancer.core.doctor.Finding;
import org.membalancer.jni.HelperConnection;

/** {@code membalancer doctor}: whether and how well this machine can be sampled and balanced. */
final class DoctorCommand implements Command {
    private static final String ROOT = "root";

    @Override
    public String name() {
        return "doctor";
    }

    @Override
    public String summary() {
        return "says whether this machine can be sampled and balanced, and what to do about each obstacle";
    }

    @Override
    public Options options() {
        return new Options()
                .addOption(Arguments.flag("json", "prints JSON"))
                .addOption(HelperAccess.socketOption())
                .addOption(Arguments.valued(ROOT, "FOLDER",
                        "looks at the proc and sys in this folder instead of this machine, and asks no helper"));
    }

    @Override
    public void run(CommandLine line, Console console) throws UsageException, FailureException, IOException {
        Optional<Path> otherRoot = Arguments.path(line, ROOT);
        if (otherRoot.isPresent() && !Files.isDirectory(otherRoot.get())) {
            throw new FailureException("option 'root': no such folder: " + otherRoot.get());
        }
        Path root = otherRoot.orElse(Path.of("/"));
        Diagnosis diagnosis = Doctor.diagnose(root, otherRoot.isPresent() ? List.of() : asked(line, root));
        DiagnosisPrinter printer = new DiagnosisPrinter(diagnosis);
        if (line.hasOption("json")) {
            printer.writeJson(console.out());
        } else {
            printer.print(console.out());
        }
        console.out().flush();
        if (!diagnosis.canBalance()) {
            throw new FailureException("nothing can be balanced here because of: " + String.join(", ",
                    diagnosis.findings().stream().filter(Finding::isBlocking).map(Finding::what).toList()));
        }
    }

    private static List<Finding> asked(CommandLine line, Path root) throws UsageException {
        Path socket = Arguments.path(line, HelperAccess.SOCKET).orElse(null);
        try {
            Doors.load();
        } catch (FailureException e) {
            return List.of(Finding.notSupported("native library", e.getMessage(),
                    "it comes with the jar: x86-64 Linux, and a temporary folder that is not mounted noexec").blocking());
        }
        Path where = socket == null ? HelperConnection.defaultSocket() : socket;
        return List.of(Probes.movePages(), Probes.helper(where, Doctor.mayStartHelper(root)));
    }
}
