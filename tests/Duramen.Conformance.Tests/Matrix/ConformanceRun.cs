using System.Collections.Concurrent;
using Duramen.Conformance.Tests.Drivers;
using Duramen.Conformance.Tests.Features;
using Duramen.Conformance.Tests.Servers;

namespace Duramen.Conformance.Tests.Matrix;

/// <summary>One run of every client before every feature. Each pair is tried once, when the first test asks for it, on one server that all share.</summary>
internal static class ConformanceRun
{
    private const string NameCharacters = "abcdefghijklmnopqrstuvwxyz0123456789-";

    // Twice the cores that can be counted on: half of the trials wait for sessions and rebalances.
    private static readonly SemaphoreSlim Room = new(4);
    private static readonly Lazy<Task<NodeServer>> Server = new(StartServerAsync);
    private static readonly ConcurrentDictionary<(RealClient, Feature), Lazy<Task<Outcome>>> Outcomes = new();

    public static Task<Outcome> TryAsync(RealClient client, Feature feature) =>
        client.Lacks.ContainsKey(feature.Name)
            ? Task.FromResult(new Outcome(OutcomeKind.Lacks))
            : Outcomes.GetOrAdd((client, feature), _ => new(() => RunAsync(client, feature))).Value;

    private static async Task<Outcome> RunAsync(RealClient client, Feature feature)
    {
        NodeServer server = await Server.Value;
        await Room.WaitAsync();
        try
        {
            string name = string.Concat($"{client.Name}-{feature.Name}".ToLowerInvariant().Select(character => NameCharacters.Contains(character) ? character : '-'));
            await using var trial = new Trial(client, server, name);
            await feature.CheckAsync(trial);
            return new Outcome(OutcomeKind.Works);
        }
        catch (Exception failure)
        {
            return new Outcome(OutcomeKind.Fails, failure);
        }
        finally
        {
            Room.Release();
        }
    }

    // Nothing ends after the last test but the process, so that is when the server's folder goes.
    private static async Task<NodeServer> StartServerAsync()
    {
        NodeServer server = await NodeServer.StartAsync();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => server.DisposeAsync().AsTask().Wait();
        return server;
    }
}
