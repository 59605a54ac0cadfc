namespace Duramen.Conformance.Tests.Drivers;

/// <summary>A client library or program, and how its driver is started.</summary>
/// <param name="Name">Its name, and that of the folder of its driver.</param>
/// <param name="Version">The version that is installed.</param>
/// <param name="Program">What runs the driver.</param>
/// <param name="Driver">The driver's file, an argument of the program; null when the program is the driver.</param>
/// <param name="Needed">A file that is there when the client is installed.</param>
internal sealed record RealClient(string Name, string Version, string Program, string? Driver, string Needed)
{
    /// <summary>What the client cannot do at all, by the name of the feature, and why.</summary>
    public IReadOnlyDictionary<string, string> Lacks { get; init; } = new Dictionary<string, string>();

    /// <summary>What the client can do and does not do right with this server, and why.</summary>
    public IReadOnlyDictionary<string, string> Deviates { get; init; } = new Dictionary<string, string>();

    public override string ToString() => Name;
}
