package io.memdi;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The members of a cluster as one node sees them. Thread-safe. */
public interface Cluster {
    /**
     * Who belongs to the cluster, by the configuration in force on this node.
     *
     * @return the members, in the order of the founding list; empty before the founding
     * @throws NodeClosedException if this node is closed
     */
    List<ClusterMember> members();

    /**
     * Who leads, as far as this node knows.
     *
     * @return the name of the leader that this node follows, or null if it knows none
     * @throws NodeClosedException if this node is closed
     */
    @Nullable
    String leader();

    /**
     * Hands the leadership to a voter. Returns when this node follows it; at once if it does already. Writes go on: those that come
     * meanwhile wait, and are sent to the new leader.
     *
     * <p>A leader gives up after one minimum election timeout, if the voter is down or behind, and takes writes again. This call then
     * asks again, once per maximum election timeout, until the node's timeout is over: so a voter that comes back in time still gets
     * the leadership. For one that does not, the call takes the whole timeout, and writes wait for a part of it.
     *
     * @param name the name of the voter
     * @throws IllegalArgumentException if no voter has that name
     * @throws NotAppliedException if nobody was asked to hand over: because there is no leader, or no cluster yet, when the node's
     *     timeout is over; because the node is closed, or has too many such calls already; or because the thread was interrupted
     *     before
     * @throws OutcomeUnknownException if the leader was asked, and had not handed over when the node's timeout was over, this node was
     *     closed, or the thread interrupted: it may do so yet
     */
    void transferLeadership(String name);

    /**
     * Takes a member out of the cluster, a voter or a learner. Returns when this node knows it to be committed. The member stops for good
     * once it learns of it; a leader that is taken out hands over first. Its name may join again, as a new member.
     *
     * @param name the name of the member
     * @throws IllegalArgumentException if no member has that name
     * @throws ChangeRefusedException if the cluster cannot do without it: it is the last voter; of the voters that would be left, no
     *     majority was heard lately; or voters from outside the list that founded the cluster would be a majority
     * @throws NotAppliedException if the leader was not asked, or another change went on, until the node's timeout was over; or because
     *     the node is closed, or has too many such calls already; or because the thread was interrupted before
     * @throws OutcomeUnknownException if the leader was asked, and the change was not known to be committed when the node's timeout was
     *     over, this node was closed, or the thread interrupted: it may be yet
     */
    void remove(String name);

    /**
     * Retires the list that founded the cluster, so that voters of other names may be a majority. From then on start every node with
     * {@link NodeBuilder#join}: nodes that are started with the list, and find none of its members, could found a second cluster.
     *
     * @throws NotAppliedException as for {@link #remove}
     * @throws OutcomeUnknownException as for {@link #remove}
     */
    void retireList();

    /**
     * Founds a cluster of this node alone, which was started with {@link NodeBuilder#join}; others join it. An explicit act, since
     * whoever does it twice has two clusters: when this node is started again, it is to join those that are left.
     *
     * @throws ChangeRefusedException if it belongs to a cluster; was started with a list; or one of the nodes that it was started with
     *     belongs to a cluster, or has not answered within the node's timeout
     * @throws NotAppliedException if the node is closed, or has too many such calls already; or the thread was interrupted before
     * @throws OutcomeUnknownException of a node with a directory: if it has begun, and is not on its disk in time
     */
    void foundAlone();

    /**
     * Lets this node go on alone, as a new cluster, with everything that it holds: what to do once a majority of the voters has lost
     * its memory, so that no leader can be elected any more. Writes that only others hold are lost: look at {@link Status#last()} of
     * all survivors, and call this at the one that has the highest. The other survivors are to be closed, and started with
     * {@link NodeBuilder#join}.
     *
     * <p>Waits for at most two of the longest election timeouts until a leader that is gone is missed.
     *
     * @throws ChangeRefusedException if the node leads, or hears a leader, or belongs to no cluster that has opened: then there is
     *     nothing to recover from; or if it was healing when it lost its leader, so that it holds no state that is whole
     * @throws NotAppliedException if the node is closed, or has too many such calls already; or the thread was interrupted before
     * @throws OutcomeUnknownException of a node with a directory: if it has begun, and is not on its disk in time
     */
    void recover();

    /**
     * Writes a backup: one file with all stores and everything that this node knows to be committed, as of one position, while reads and
     * writes go on. Any node will do that is ready; one that is behind writes what it has, as the returned position tells. Returns once the
     * file is synced and has its name; until then it is written beside that, with {@code .tmp} behind the name.
     *
     * <p>It takes as long as it takes. A thread that is interrupted ends it.
     *
     * @param path the file, which must not exist, in a directory that does. Asked of a client, the name of a file alone, in the directory
     *     for backups of the node at the one address that the client was given
     * @return the position of the last write that is in it: every write with a revision that is not above is there, or was lost
     * @throws IllegalArgumentException asked of a client, if that was given more addresses, or the path is more than a name
     * @throws BackupException if no backup was written: the file exists, or cannot be written; the disk was slower than the writes; this
     *     node fell behind meanwhile, or is writing another backup; or it has no directory for backups of clients
     * @throws NotReadyException if this node does not hold yet what its cluster holds, until its timeout was over
     * @throws NotAppliedException if this node is closed, or has too many such calls already; or the thread was interrupted before
     * @throws OutcomeUnknownException if the thread was interrupted, or a client has lost its node, when it had begun: if the file is there
     *     under its name, it is whole
     */
    Revision backup(Path path);

    /**
     * Founds a new cluster of this node alone with all that is in a backup; others join it. An explicit act as {@link #foundAlone}, on a
     * node that was started with {@link NodeBuilder#join}, belongs to no cluster, and has opened none of the stores that are in the backup.
     * The file is read to its end, and all of it is checked, before anything changes. Returns once the node is ready; with a directory, once
     * all is synced there.
     *
     * <p>Revisions of values stay as they were, and new ones are above all of them.
     *
     * @param path the file. Asked of a client, the name of a file alone, as for {@link #backup}
     * @return the position as of which the backup is
     * @throws IllegalArgumentException as for {@link #backup}
     * @throws BackupException if nothing was restored: the file cannot be read, or was damaged, which the message tells with file and
     *     offset; this node may not found a cluster, for the reasons of {@link #foundAlone}; a store of the backup was opened on it; its
     *     transport hands objects over; or it has no directory for backups of clients
     * @throws NotAppliedException if this node is closed, or has too many such calls already; or the thread was interrupted before
     * @throws OutcomeUnknownException if this node was closed or has stopped, the thread was interrupted, or a client has lost its node,
     *     when it had begun: look at its status
     */
    Revision restore(Path path);
}
