using System.Reflection;

namespace Duramen.Simulation.Protocols;

/// <summary>
/// The rules that can be broken on purpose. Those of a protocol are in an assembly of their own, which no product brings along; those of a node are in the simulator's node.
/// </summary>
public static class MutantCatalog
{
    private const string AssemblyName = "Duramen.Consensus.Mutants";

    /// <summary>Every mutant.</summary>
    public static IReadOnlyList<MutantEntry> All { get; } =
    [
        new("R01", "raft", "a vote is given to a log that is not up to date", ["R5", "R4", "C1"]),
        new("R02", "raft", "a vote is given twice in a term", ["R1", "R6"]),
        new("R03", "raft", "a vote leaves before it is synced", ["R6", "R1"]),
        new("R04", "raft", "entries of earlier terms are committed by counting", ["R7", "C1"]),
        new("R05", "raft", "entries are acknowledged before they are synced", ["C7", "C3"]),
        new("R06", "raft", "a leader counts entries that it has not synced", ["R7", "C3"]),
        new("R07", "raft", "a follower cuts its log without a conflict", ["R8", "C3"]),
        new("R09", "raft", "half of the voters are a majority", ["R1", "R5", "R7", "C1"]),
        new("R10", "raft", "members change before an entry of the leader's term is committed", ["R9", "R1"]),
        new("R11", "raft", "a joint membership needs only the majority of the new voters", ["R7", "R1"]),
        new("R12", "raft", "a read is let go without asking whether the leader still leads", ["R11", "C6"]),
        new("R13", "raft", "a late acknowledgement of a sync counts for entries that were overwritten since", ["R13", "R7"]),
        new("R14", "raft", "no pre-vote, no refusal while a leader is heard, no leader that gives up", ["LV"]),
        new("P01", "paxos", "a proposer proposes its own entry where others told of accepted ones", ["P4", "P5"]),
        new("P02", "paxos", "a proposer takes the first entry that it is told of, of whatever ballot", ["P4"]),
        new("P03", "paxos", "an acceptor accepts in a ballot before the one it promised", ["P2", "P5"]),
        new("P04", "paxos", "a promise leaves before it is synced", ["P2"]),
        new("P05", "paxos", "a ballot is named before it is synced, and used again after a restart", ["P1", "P3"]),
        new("P06", "paxos", "a leader counts acceptances of other ballots", ["P5", "R11"]),
        new("P07", "paxos", "a gap is taken for closed before a quorum accepted nothing in it", ["P5", "P7", "C1"]),
        new("P08", "paxos", "a leader counts entries that it has not synced", ["P5", "C3"]),
        new("P09", "paxos", "a quorum of phase 1 need not meet every quorum of phase 2", ["P9", "P4"]),
        new("P10", "paxos", "members decide about the slot behind the entry that brings them", ["P10", "P5", "P9"]),
        new("P11", "paxos", "a read is let go without asking whether the leader still leads", ["R11", "C6"]),
        new("P12", "paxos", "a leader proposes beyond the window", ["P10"]),
        new("P13", "paxos", "an acceptor that trimmed does not tell how far everything is chosen", ["P8"]),
        new("P14", "paxos", "nobody asks before phase 1, nobody is protected, no leader gives up", ["LV"]),
        new("P15", "paxos", "entries are acknowledged before they are synced", ["C7", "P2"]),
        new("P16", "paxos", "a read does not wait for what others may have had chosen", ["R11", "P9", "C6"]),
        new("P17", "paxos", "a replica takes for chosen what it accepted in whatever ballot", ["C1", "P5"]),
        new("P18", "paxos", "new members need not promise", ["P9", "P4"]),
        new("P19", "paxos", "a chosen entry takes the place of itself, accepted in an earlier ballot", ["P2"]),
        new("V01", "viewstamped", "the longest reported log is taken, of whatever view", ["V6", "C1"]),
        new("V02", "viewstamped", "a new primary begins with the log that it has", ["V6", "C1"]),
        new("V03", "viewstamped", "entries of the old view are acknowledged in a view change", ["V5", "V3"]),
        new("V04", "viewstamped", "views are not written to disk", ["V2", "V5"]),
        new("V05", "viewstamped", "entries are acknowledged before they are synced", ["V3", "C7"]),
        new("V06", "viewstamped", "a backup acknowledges before it has the log of the view", ["V3"]),
        new("V08", "viewstamped", "a log is cut to what is known to be committed, and then asked for", ["V8", "C3"]),
        new("V09", "viewstamped", "a primary begins before it is synced that its view has a log", ["V1", "V4"]),
        new("V10", "viewstamped", "a primary counts entries that it has not synced", ["V4", "C3"]),
        new("V11", "viewstamped", "a read does not wait for the log with which the view began", ["R11", "C6"]),
        new("V12", "viewstamped", "a read is let go without asking whether the primary still is one", ["R11", "C6"]),
        new("V13", "viewstamped", "an era goes on behind the entry that ends it", ["V12"]),
        new("V14", "viewstamped", "a view is entered because one replica asks for it", ["V13", "LV"]),
        new("V15", "viewstamped", "an era begins before the entry that ends the last one is committed", ["V12", "C1"]),
        new("Z01", "zab", "proposals of the leader of an earlier epoch are taken", ["Z10", "C1"]),
        new("Z02", "zab", "the longest history is taken, of whatever epoch", ["Z8", "C1"]),
        new("Z03", "zab", "NEWLEADER is acknowledged before that is synced", ["Z9", "C3"]),
        new("Z04", "zab", "an epoch becomes the current one before its history is there", ["Z9", "Z8"]),
        new("Z05", "zab", "no TRUNC when a follower's last entry is not beyond the leader's", ["Z2", "C4"]),
        new("Z06", "zab", "a leader begins before a majority has the history of its epoch", ["Z6", "C3"]),
        new("Z07", "zab", "an epoch is accepted from two replicas", ["Z7"]),
        new("Z08", "zab", "an epoch is accepted before that is synced", ["Z7"]),
        new("Z09", "zab", "proposals are acknowledged before they are synced", ["Z9", "C7"]),
        new("Z10", "zab", "a leader counts entries that it has not synced", ["Z3", "C3"]),
        new("Z11", "zab", "a read is let go without asking whether the leader leads, before the epoch is established too", ["R11", "C6"]),
        new("Z12", "zab", "an epoch goes on behind the entry that ends it", ["Z5", "Z14"]),
        new("Z13", "zab", "a leader that nobody answers does not give up", ["LV"]),
        new("Z14", "zab", "whoever looks for a leader is helped by those who hear theirs", ["LV"]),
        new("Z15", "zab", "an era begins before the entry that ends the last one is committed", ["Z14", "C1"]),
        new("S01", "", "damage in a log file is taken for its end", ["C3", "C8"]),
        new("S02", "", "a failed sync is ignored", ["C9", "C3", "R13"]),
        new("S03", "", "a folder is not synced after a file was renamed", ["C3", "C8"]),
        new("S04", "", "a node starts from a copy of its disk that was made earlier", ["C3", "C8"]),
        new("S05", "", "a write for which there is no room is taken for done", ["C3"]),
        new("S06", "", "an entry that cannot be read is taken for an empty one", ["C1", "C4", "R3", "C11"]),
        new("X01", "", "every hundredth seed fails for no reason: the canary, which shows that failures are reported", ["canary"]),
    ];

    /// <summary>Whether a mutant is one of the simulated node rather than of a protocol.</summary>
    internal static bool IsOfHost(string mutant) => All.Any(entry => entry.Id == mutant && entry.Protocol.Length == 0);

    /// <summary>Whether the assembly with the protocols' mutants is here.</summary>
    public static bool IsAvailable
    {
        get
        {
            try
            {
                return Assembly.Load(AssemblyName) is not null;
            }
            catch (FileNotFoundException)
            {
                return false;
            }
        }
    }

    internal static Assembly SwitchOn(string mutant)
    {
        Assembly assembly = Assembly.Load(AssemblyName);
        Type type = assembly.GetType("Duramen.Consensus.Mutants.Mutant", throwOnError: true)!;
        type.GetProperty("Active", BindingFlags.Static | BindingFlags.Public)!.SetValue(null, mutant);
        return assembly;
    }
}
