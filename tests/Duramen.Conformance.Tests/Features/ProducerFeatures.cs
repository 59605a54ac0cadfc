using System.Globalization;
using Duramen.Conformance.Tests.Drivers;
using Duramen.Conformance.Tests.Servers;

namespace Duramen.Conformance.Tests.Features;

/// <summary>What an idempotent producer sends is stored once, whatever happens on the way.</summary>
internal static class ProducerFeatures
{
    private const string Area = "Idempotence";
    private const int Records = 60;
    private const int Cuts = 3;

    public static IReadOnlyList<Feature> All { get; } =
    [
        new(Area, "an idempotent producer", IdempotentAsync),
        new(Area, "a retry after a lost answer stores nothing twice", trial => RetryAsync(trial, idempotent: true, AssertOnce)),
    ];

    /// <summary>Sends records through a proxy that loses answers, and hands over the keys that are stored after that.</summary>
    public static async Task RetryAsync(Trial trial, bool idempotent, Action<IReadOnlyList<int>> check)
    {
        await using var proxy = new SeveringProxy(Cuts);
        await using NodeServer server = await NodeServer.StartAsync(advertisedPort: proxy.Port);
        proxy.ForwardTo(server.Address);
        await new ServerView(server.Address).CreateTopicAsync(trial.Topic);
        trial.Bootstrap = $"127.0.0.1:{proxy.Port}";
        await trial.DoAsync(trial.Ask("produce") with { Records = Trial.Numbered(0, Records), Idempotent = idempotent, Batch = 5 });
        Assert.Equal(Cuts, proxy.Severed);
        IReadOnlyList<DriverLine> read = await trial.ReadAsync(StartPosition.Earliest, 0);
        check([.. read.Select(record => int.Parse(record.Key!["key-".Length..], CultureInfo.InvariantCulture))]);
    }

    private static void AssertOnce(IReadOnlyList<int> keys) => Assert.Equal(Enumerable.Range(0, Records), keys);

    private static async Task IdempotentAsync(Trial trial)
    {
        await trial.View.CreateTopicAsync(trial.Topic);
        await trial.DoAsync(trial.Ask("produce") with { Records = Trial.Numbered(0, Records), Idempotent = true, Batch = 5 });
        IReadOnlyList<StoredBatch> batches = await trial.View.BatchesAsync(trial.Topic);
        Assert.Equal(Records, batches.Sum(batch => batch.RecordCount));
        Assert.All(batches, batch => Assert.True(batch.ProducerId >= 0));
        Assert.Single(batches.Select(batch => batch.ProducerId).Distinct());
    }
}
