using Duramen.Consensus.Raft;
using Duramen.Consensus.Viewstamped;
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
            []),
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
            [Situation.JointMembership]),
    ];

    /// <summary>Their names.</summary>
    public static IEnumerable<string> Names => Entries.Select(entry => entry.Name);

    /// <summary>A protocol by its name.</summary>
    public static ProtocolEntry Find(string name) => Entries.First(entry => entry.Name == name);
}
