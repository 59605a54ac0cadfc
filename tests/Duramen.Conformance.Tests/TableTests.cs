using Duramen.Conformance.Tests.Drivers;
using Duramen.Conformance.Tests.Features;
using Duramen.Conformance.Tests.Matrix;

namespace Duramen.Conformance.Tests;

/// <summary>
/// What is committed about the clients is what this run found. With DURAMEN_CONFORMANCE_UPDATE=1 the table is written again and the list of what must work
/// grows, instead.
/// </summary>
public sealed class TableTests
{
    private static readonly bool Updates = Environment.GetEnvironmentVariable("DURAMEN_CONFORMANCE_UPDATE") == "1";

    private static string DocumentPath => Path.Combine(Checkout.Root, "docs", "clients.md");

    [Fact]
    public async Task The_table_in_the_documentation_is_what_the_clients_did()
    {
        string document = await File.ReadAllTextAsync(DocumentPath);
        string updated = ClientTable.Replace(document, await OutcomesAsync());
        if (Updates)
        {
            await File.WriteAllTextAsync(DocumentPath, updated);
        }
        else
        {
            Assert.Equal(updated.Split('\n'), document.Split('\n'));
        }
    }

    [Fact]
    public async Task What_worked_once_works_and_what_works_is_held_from_now_on()
    {
        string[] works = [.. (await OutcomesAsync()).Where(pair => pair.Value.Kind == OutcomeKind.Works).Select(pair => MustWork.LineOf(pair.Key.Client, pair.Key.Feature)).Order(StringComparer.Ordinal)];
        if (Updates)
        {
            MustWork.Add(works);
        }

        Assert.Equal(MustWork.Read(), works);
    }

    [Fact]
    public void Every_reason_is_about_a_feature_that_exists()
    {
        HashSet<string> features = [.. FeatureList.All.Select(feature => feature.Name)];
        Assert.Equal(FeatureList.All.Count, features.Count);
        Assert.All(RealClients.All, client => Assert.All(client.Lacks.Keys.Concat(client.Deviates.Keys), feature => Assert.Contains(feature, features)));
        Assert.All(RealClients.All, client => Assert.Empty(client.Lacks.Keys.Intersect(client.Deviates.Keys)));
    }

    private static async Task<IReadOnlyDictionary<(RealClient Client, Feature Feature), Outcome>> OutcomesAsync()
    {
        var pairs = from client in RealClients.All from feature in FeatureList.All select (Client: client, Feature: feature);
        return (await Task.WhenAll(pairs.Select(async pair => (pair, Outcome: await ConformanceRun.TryAsync(pair.Client, pair.Feature))))).ToDictionary(found => found.pair, found => found.Outcome);
    }
}
