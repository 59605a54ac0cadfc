namespace Duramen.Architecture.Tests;

/// <summary>
/// The house plan: on which floor each project of <c>src/</c> stands and what it is built on. A new project is entered here first; one that
/// is missing fails the test. What a project may reference is what it is built on and what that is built on in turn, never more.
/// </summary>
internal static class Floors
{
    /// <summary>Every room, lowest floor first.</summary>
    public static IReadOnlyList<Room> Plan { get; } =
    [
        new("Duramen.Core", Floor: 0, IsPure: true, BuiltOn: []),

        new("Duramen.Records", Floor: 1, IsPure: true, BuiltOn: ["Duramen.Core"]),
        new("Duramen.Disk", Floor: 1, IsPure: false, BuiltOn: ["Duramen.Core"]),
        new("Duramen.Consensus", Floor: 1, IsPure: true, BuiltOn: ["Duramen.Core"]),

        new("Duramen.Log", Floor: 2, IsPure: true, BuiltOn: ["Duramen.Core", "Duramen.Records"]),
        new("Duramen.Consensus.Mutants", Floor: 2, IsPure: true, BuiltOn: ["Duramen.Core", "Duramen.Consensus"]),
        new("Duramen.Kafka", Floor: 2, IsPure: true, BuiltOn: ["Duramen.Core", "Duramen.Records"]),

        new("Duramen.Storage", Floor: 3, IsPure: false, BuiltOn: ["Duramen.Log", "Duramen.Disk"]),
        new("Duramen.State", Floor: 3, IsPure: false, BuiltOn: ["Duramen.Log", "Duramen.Disk"]),
        new("Duramen.Client", Floor: 3, IsPure: false, BuiltOn: ["Duramen.Log", "Duramen.Kafka"]),

        new("Duramen.Coordination", Floor: 4, IsPure: true, BuiltOn: ["Duramen.State"]),
        new("Duramen.Sql", Floor: 4, IsPure: false, BuiltOn: ["Duramen.State"]),
        new("Duramen.Debugging", Floor: 4, IsPure: false, BuiltOn: ["Duramen.State"]),

        new("Duramen.Cluster", Floor: 5, IsPure: false, BuiltOn: ["Duramen.Storage", "Duramen.Consensus", "Duramen.Coordination"]),
        new("Duramen.Broker", Floor: 5, IsPure: false, BuiltOn: ["Duramen.Log", "Duramen.Coordination", "Duramen.Kafka"]),
        new("Duramen.Streams", Floor: 5, IsPure: false, BuiltOn: ["Duramen.Log", "Duramen.State"]),
        new("Duramen.Durable", Floor: 5, IsPure: false, BuiltOn: ["Duramen.Log", "Duramen.State"]),
        new("Duramen.Connect", Floor: 5, IsPure: false, BuiltOn: ["Duramen.Log", "Duramen.State"]),

        new("Duramen.Connect.Postgres", Floor: 6, IsPure: false, BuiltOn: ["Duramen.Connect"]),
        new("Duramen.Connect.MySql", Floor: 6, IsPure: false, BuiltOn: ["Duramen.Connect"]),
        new(
            "Duramen.Console",
            Floor: 6,
            IsPure: false,
            BuiltOn: ["Duramen.Cluster", "Duramen.Broker", "Duramen.Streams", "Duramen.Durable", "Duramen.Connect"]),
        new(
            "Duramen.Simulation",
            Floor: 6,
            IsPure: false,
            BuiltOn: ["Duramen.Cluster", "Duramen.Broker", "Duramen.Streams", "Duramen.Durable", "Duramen.Connect", "Duramen.Client"]),

        new("Duramen", Floor: 7, IsPure: false, BuiltOn: ["Duramen.Console", "Duramen.Connect.Postgres", "Duramen.Connect.MySql"]),

        new("Duramen.Cli", Floor: 8, IsPure: false, BuiltOn: ["Duramen", "Duramen.Client", "Duramen.Sql", "Duramen.Debugging", "Duramen.Simulation", "Duramen.Consensus.Mutants"]),
    ];

    /// <summary>The room of a project, or null when the plan has none.</summary>
    public static Room? Find(string project) => Plan.FirstOrDefault(room => room.Project == project);

    /// <summary>Everything the room is built on, directly or through what it is built on.</summary>
    public static IReadOnlySet<string> Below(Room room)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>(room.BuiltOn);
        while (open.TryPop(out string? project))
        {
            if (found.Add(project))
            {
                foreach (string next in Find(project)?.BuiltOn ?? [])
                {
                    open.Push(next);
                }
            }
        }

        return found;
    }
}
