using Duramen.Conformance.Tests.Drivers;
using Duramen.Conformance.Tests.Servers;

namespace Duramen.Conformance.Tests.Features;

/// <summary>Connections over TLS.</summary>
internal static class SecurityFeatures
{
    private const string Area = "TLS";

    public static IReadOnlyList<Feature> All { get; } =
    [
        new(Area, "produce and consume over TLS", OverTlsAsync),
    ];

    private static async Task OverTlsAsync(Trial plain)
    {
        await using NodeServer server = await NodeServer.StartAsync(tls: true);
        await using var trial = new Trial(plain.Client, server, plain.Topic);
        // The topic is made by being asked for: the test's own client has no TLS.
        await trial.ProduceAsync(Trial.Numbered(0, 20));
        IReadOnlyList<DriverLine> read = await trial.ReadAsync(StartPosition.Earliest, 0);
        Assert.Equal(Enumerable.Range(0, 20).Select(number => $"key-{number}"), read.Select(record => record.Key));
    }
}
