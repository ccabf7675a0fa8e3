package io.memdi.machine;

import io.memdi.transport.Contact;
import java.util.List;

/**
 * How a server that holds nothing is to find its cluster.
 *
 * @param founders the static list, the same on every node that has one; its first name coordinates the founding. Empty for a server
 *     that only ever joins
 * @param contacts whom a server without a list asks to be taken in
 * @param joins whether it only ever joins; without contacts it waits until it is told to found alone
 * @param voter whether it wants to vote
 */
public record Start(List<Contact> founders, List<Contact> contacts, boolean joins, boolean voter) {
    /** Keeps the lists from change. */
    public Start {
        founders = List.copyOf(founders);
        contacts = List.copyOf(contacts);
    }

    /** With a static list: founds a cluster with the others of the list, or joins the one that they belong to already. */
    public static Start founding(List<Contact> founders) {
        return new Start(founders, List.of(), false, true);
    }

    /** Without a list: joins the cluster of those. */
    public static Start joining(List<Contact> contacts, boolean voter) {
        return new Start(List.of(), contacts, true, voter);
    }

    /** Whether it names another node. */
    public boolean asksOthers(Contact self) {
        return founders.stream().anyMatch(founder -> !founder.name().equals(self.name()))
                || contacts.stream().anyMatch(contact -> !contact.address().equals(self.address()));
    }

    /** The same for the same names at the same addresses in the same order, in every JVM (FNV-1a). */
    long hash() {
        long hash = 0xcbf29ce484222325L;
        for (Contact founder : founders) {
            String line = founder.name() + '=' + founder.address() + '\n';
            for (int i = 0; i < line.length(); i++) {
                hash = (hash ^ line.charAt(i)) * 0x100000001b3L;
            }
        }
        return hash;
    }

    boolean isListed(String name) {
        return founders.stream().anyMatch(founder -> founder.name().equals(name));
    }

    boolean isFirst(String name) {
        return !founders.isEmpty() && founders.get(0).name().equals(name);
    }
}
