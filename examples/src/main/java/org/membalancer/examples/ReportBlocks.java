// SPDX-License-Identifier: Apache-2.0
package org.membalancer.examples;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The blocks of a JSON report: how many accesses each got. A block that only partly lies in a range counts there in
 * proportion. Immutable.
 */
final class ReportBlocks {
    private record Block(AddressRange range, double accesses) {
    }

    private final List<Block> blocks;

    private ReportBlocks(List<Block> blocks) {
        this.blocks = List.copyOf(blocks);
    }

    /**
     * Reads a report; of several one behind the other, the last.
     *
     * @throws IOException when the file cannot be read or has no list of blocks
     */
    static ReportBlocks read(Path report) throws IOException {
        List<Block> blocks = null;
        try (JsonParser parser = new JsonFactory().createParser(report.toFile())) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                boolean isTop = parser.getParsingContext().getParent() != null
                        && parser.getParsingContext().getParent().inRoot();
                if (token == JsonToken.FIELD_NAME && isTop && parser.currentName().equals("blocks")) {
                    blocks = readList(parser);
                }
            }
        }
        if (blocks == null) {
            throw new IOException(report + " has no \"blocks\"");
        }
        return new ReportBlocks(blocks);
    }

    /** Accesses to addresses in the range. */
    double accesses(AddressRange range) {
        double sum = 0;
        for (Block block : blocks) {
            sum += block.accesses * range.overlapBytes(block.range) / block.range.bytes();
        }
        return sum;
    }

    private static List<Block> readList(JsonParser parser) throws IOException {
        List<Block> blocks = new ArrayList<>();
        if (parser.nextToken() != JsonToken.START_ARRAY) {
            throw new IOException("\"blocks\" is not a list");
        }
        while (parser.nextToken() == JsonToken.START_OBJECT) {
            blocks.add(readBlock(parser));
        }
        return blocks;
    }

    private static Block readBlock(JsonParser parser) throws IOException {
        long address = -1;
        long bytes = 0;
        double accesses = -1;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            switch (name) {
                case "address" -> address = Long.decode(parser.getText());
                case "bytes" -> bytes = parser.getLongValue();
                case "accesses" -> accesses = parser.getDoubleValue();
                default -> parser.skipChildren();
            }
        }
        if (address < 0 || bytes <= 0 || accesses < 0) {
            throw new IOException("a block without address, bytes and accesses at line "
                    + parser.currentLocation().getLineNr());
        }
        return new Block(new AddressRange(address, address + bytes), accesses);
    }
}
