using Duramen.Consensus.Paxos;
using Duramen.Consensus.Raft;
using Duramen.Consensus.Viewstamped;
using Duramen.Consensus.Zab;
using Duramen.Simulation.Checking;
using Duramen.Simulation.Reports;

namespace Duramen.Simulation.Protocols;

/// <summary>The protocols there are.</summary>
internal static class ProtocolCatalog
{
    private static readonly ProtocolEntry[] Entries =
    [
        new(
            "raft",
            typeof(RaftProtocol).FullName!,
            options => options.Raft,
            checks => new RaftChecks(checks),
            [Situation.JointMembership]),
        new(
            "paxos",
            typeof(PaxosProtocol).FullName!,
            options => options.Paxos with
            {
                ElectionTicks = options.Raft.ElectionTicks,
                MaxEntriesInFlight = options.Raft.MaxMessagesInFlight,
                MaxMessageBytes = options.Raft.MaxMessageBytes,
                MaxUncommittedBytes = options.Raft.MaxUncommittedBytes,
                CacheBytes = options.Raft.CacheBytes,
            },
            checks => new PaxosChecks(checks),
            [Situation.SlotSkipped, Situation.GapClosed, Situation.EntryAdopted, Situation.MembershipWaits, Situation.DecidedByFewer]) { Survivors = static (options, voters) => PaxosQuorums.Survivors(options.Paxos, voters) },
        new(
            "viewstamped",
            typeof(ViewstampedProtocol).FullName!,
            options => new ViewstampedOptions
            {
                ViewChangeTicks = options.Raft.ElectionTicks,
                MaxEntriesInFlight = options.Raft.MaxMessagesInFlight,
                MaxMessageBytes = options.Raft.MaxMessageBytes,
                MaxUncommittedBytes = options.Raft.MaxUncommittedBytes,
                CacheBytes = options.Raft.CacheBytes,
            },
            checks => new ViewstampedChecks(checks),
            []),
        new(
            "zab",
            typeof(ZabProtocol).FullName!,
            options => new ZabOptions
            {
                ElectionTicks = options.Raft.ElectionTicks,
                MaxEntriesInFlight = options.Raft.MaxMessagesInFlight,
                MaxMessageBytes = options.Raft.MaxMessageBytes,
                MaxUncommittedBytes = options.Raft.MaxUncommittedBytes,
                CacheBytes = options.Raft.CacheBytes,
            },
            checks => new ZabChecks(checks),
            [
                Situation.LaterEpochTold, Situation.EpochBegunAnew, Situation.EpochNotEstablished, Situation.HistoryFetched, Situation.HistoryCompleted, Situation.HistoryCut,
            ]),
    ];

    /// <summary>Their names.</summary>
    public static IEnumerable<string> Names => Entries.Select(entry => entry.Name);

    /// <summary>A protocol by its name.</summary>
    public static ProtocolEntry Find(string name) => Entries.First(entry => entry.Name == name);

    /// <summary>Situations that cannot come up in a protocol, because they are another's own.</summary>
    public static IEnumerable<Situation> ForeignTo(string name) => Entries.Where(entry => entry.Name != name).SelectMany(entry => entry.Own);
}
