using Duramen.Consensus.Raft;
using Duramen.Simulation.Checking;

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
            checks => new RaftChecks(checks)),
    ];

    /// <summary>Their names.</summary>
    public static IEnumerable<string> Names => Entries.Select(entry => entry.Name);

    /// <summary>A protocol by its name.</summary>
    public static ProtocolEntry Find(string name) => Entries.First(entry => entry.Name == name);
}
