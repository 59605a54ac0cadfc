using Duramen.Consensus.Paxos;
using Duramen.Consensus.Raft;
using Duramen.Consensus.Viewstamped;
using Duramen.Simulation.Checking;
using Duramen.Simulation.Reports;

namespace Duramen.Simulation.Protocols;

/// <summary>The protocols there are.</summary>
internal static class ProtocolCatalog
{
    // Slots that are decided one by one, in any order, are Multi-Paxos's alone.
    private static readonly Situation[] OfSlots = [Situation.SlotSkipped, Situation.GapClosed, Situation.EntryAdopted, Situation.MembershipWaits, Situation.DecidedByFewer];

    private static readonly ProtocolEntry[] Entries =
    [
        new(
            "raft",
            typeof(RaftProtocol).FullName!,
            options => options.Raft,
            checks => new RaftChecks(checks),
            OfSlots),
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
            [Situation.JointMembership]) { Survivors = static (options, voters) => PaxosQuorums.Survivors(options.Paxos, voters) },
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
            [Situation.JointMembership, .. OfSlots]),
    ];

    /// <summary>Their names.</summary>
    public static IEnumerable<string> Names => Entries.Select(entry => entry.Name);

    /// <summary>A protocol by its name.</summary>
    public static ProtocolEntry Find(string name) => Entries.First(entry => entry.Name == name);
}
