// SPDX-License-Identifier: Apache-2.0
package org.membalancer.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintStream;
import org.membalancer.core.doctor.Diagnosis;
import org.membalancer.core.doctor.Finding;

/** Prints a diagnosis for people and for programs. */
final class DiagnosisPrinter {
    private final Diagnosis diagnosis;

    DiagnosisPrinter(Diagnosis diagnosis) {
        this.diagnosis = diagnosis;
    }

    void print(PrintStream out) {
        for (Finding finding : diagnosis.findings()) {
            out.printf("%-18s  %-32s  %s%n", finding.verdict().text(), oneLine(finding.what()), oneLine(finding.found()));
            if (!finding.advice().isEmpty()) {
                out.printf("%18s  %s%s%n", "", "-> ", finding.advice());
            }
        }
    }

    void writeJson(PrintStream out) throws IOException {
        try (JsonGenerator json = Json.generator(out)) {
            json.writeStartObject();
            json.writeBooleanField("canBalance", diagnosis.canBalance());
            json.writeArrayFieldStart("findings");
            for (Finding finding : diagnosis.findings()) {
                json.writeStartObject();
                json.writeStringField("what", finding.what());
                json.writeStringField("found", finding.found());
                json.writeStringField("verdict", finding.verdict().text());
                json.writeStringField("advice", finding.advice());
                json.writeBooleanField("isBlocking", finding.isBlocking());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }
    }

    /** Names of processes and files may have anything in them. */
    private static String oneLine(String text) {
        return text.replaceAll("\\p{Cntrl}+", " ");
    }
}
