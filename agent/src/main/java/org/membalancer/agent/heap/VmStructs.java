// SPDX-License-Identifier: Apache-2.0
package org.membalancer.agent.heap;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * The fields of some HotSpot classes, from the table {@code gHotSpotVMStructs} that libjvm exports for debuggers.
 * The table itself says where its columns are, so nothing here depends on a JDK version. Immutable.
 */
final class VmStructs {
    private final Map<String, VmField> fields;
    private final Map<String, Long> sizes;

    private VmStructs(Map<String, VmField> fields, Map<String, Long> sizes) {
        this.fields = fields;
        this.sizes = sizes;
    }

    /**
     * Reads the fields and sizes of some classes.
     *
     * @param types HotSpot's names of the classes; one it does not have is left out
     * @throws VmStructsException if this JVM exports no such table, or it cannot be read
     */
    static VmStructs read(VmSymbols symbols, VmReader reader, Set<String> types) throws VmStructsException {
        return new VmStructs(readFields(symbols, reader, types), readSizes(symbols, reader, types));
    }

    /** Whether this JVM describes a field. */
    boolean has(String type, String field) {
        return fields.containsKey(type + "::" + field);
    }

    /** Where a static field lies. */
    long staticAddress(String type, String field) throws VmStructsException {
        VmField found = field(type, field);
        if (!found.isStatic()) {
            throw new VmStructsException(type + "::" + field + " is not a static field in this JVM");
        }
        return found.staticAddress();
    }

    /** Bytes from the start of an object to a field. */
    long offsetBytes(String type, String field) throws VmStructsException {
        VmField found = field(type, field);
        if (found.isStatic()) {
            throw new VmStructsException(type + "::" + field + " is a static field in this JVM");
        }
        return found.offsetBytes();
    }

    /** Bytes of an object of that class. */
    long sizeBytes(String type) throws VmStructsException {
        Long size = sizes.get(type);
        if (size == null) {
            throw new VmStructsException("this JVM does not describe " + type);
        }
        return size;
    }

    private VmField field(String type, String field) throws VmStructsException {
        VmField found = fields.get(type + "::" + field);
        if (found == null) {
            throw new VmStructsException("this JVM does not describe " + type + "::" + field);
        }
        return found;
    }

    private static Map<String, VmField> readFields(VmSymbols symbols, VmReader reader, Set<String> types)
            throws VmStructsException {
        VmTable table = VmTable.open(symbols, reader, "gHotSpotVMStructs", "gHotSpotVMStructEntry");
        long typeName = table.column("TypeNameOffset");
        long fieldName = table.column("FieldNameOffset");
        long isStatic = table.column("IsStaticOffset");
        long offset = table.column("OffsetOffset");
        long address = table.column("AddressOffset");
        Map<String, VmField> found = new HashMap<>();
        String type = "";
        long lastTypeAddress = 0;
        for (long entry = table.first(); reader.readLong(entry + typeName) != 0; entry = table.next(entry)) {
            long typeAddress = reader.readLong(entry + typeName);
            if (typeAddress != lastTypeAddress) { // a class's fields stand together and share one text
                type = reader.readText(typeAddress);
                lastTypeAddress = typeAddress;
            }
            if (types.contains(type)) {
                found.put(type + "::" + reader.readText(reader.readLong(entry + fieldName)),
                        new VmField(reader.readInt(entry + isStatic) != 0, reader.readLong(entry + offset),
                                reader.readLong(entry + address)));
            }
        }
        return found;
    }

    private static Map<String, Long> readSizes(VmSymbols symbols, VmReader reader, Set<String> types)
            throws VmStructsException {
        VmTable table = VmTable.open(symbols, reader, "gHotSpotVMTypes", "gHotSpotVMTypeEntry");
        long typeName = table.column("TypeNameOffset");
        long size = table.column("SizeOffset");
        Map<String, Long> found = new HashMap<>();
        for (long entry = table.first(); reader.readLong(entry + typeName) != 0; entry = table.next(entry)) {
            String type = reader.readText(reader.readLong(entry + typeName));
            if (types.contains(type)) {
                found.put(type, reader.readLong(entry + size));
            }
        }
        return found;
    }
}
