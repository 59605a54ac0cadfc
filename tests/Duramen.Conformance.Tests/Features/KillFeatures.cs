using System.Globalization;
using Duramen.Conformance.Tests.Drivers;
using Duramen.Conformance.Tests.Servers;

namespace Duramen.Conformance.Tests.Features;

/// <summary>The server is killed under its clients, and started again.</summary>
internal static class KillFeatures
{
    private const string Area = "Kill -9 of the server";
    private const int Kills = 3;
    private const int RecordsBetween = 60;

    public static IReadOnlyList<Feature> All { get; } =
    [
        new(Area, "no acknowledged record is lost, and none is stored twice", ProduceAsync),
        new(Area, "committed offsets never go back", CommitAsync),
    ];

    private static async Task ProduceAsync(Trial trial)
    {
        await using var server = new ServerProcess();
        await StartAsync(trial, server);
        DriverProcess producer = trial.Start(trial.Ask("produce") with { Endless = true, Idempotent = true });
        for (int kill = 0; kill < Kills; kill++)
        {
            await AcknowledgedAsync(producer);
            await server.KillAsync();
            await server.StartAsync();
        }

        await AcknowledgedAsync(producer);
        IReadOnlyList<DriverLine> acknowledged = await producer.StopAsync();
        Assert.DoesNotContain(acknowledged, line => line.Error is not null);

        string[] stored = [.. (await trial.ReadAsync(StartPosition.Earliest, 0)).Select(record => record.Value!)];
        Assert.Equal(Enumerable.Range(0, stored.Length).Select(number => number.ToString(CultureInfo.InvariantCulture)), stored);
        Assert.All(acknowledged, line => Assert.Equal(line.Record!.Value.ToString(CultureInfo.InvariantCulture), stored[line.Offset!.Value]));
    }

    private static async Task CommitAsync(Trial trial)
    {
        await using var server = new ServerProcess();
        await StartAsync(trial, server);
        var view = new ServerView(server.Address);
        DriverProcess member = trial.Start(trial.Ask("group") with { Group = trial.Topic });
        long committed = -1;
        for (int kill = 0; kill < Kills; kill++)
        {
            await trial.ProduceAsync(Trial.Numbered(kill * RecordsBetween, RecordsBetween));
            string last = $"key-{((kill + 1) * RecordsBetween) - 1}";
            await member.ExpectAsync(line => line.IsRecord && line.Key == last, last);
            // What was asked for before the kill and what the member was told: neither may be undone.
            long before = Math.Max(await view.CommittedAsync(trial.Topic, trial.Topic), committed);
            member.TakeLines();
            await server.KillAsync();
            await server.StartAsync();
            long told = member.Seen.Where(line => line.Committed is not null).Select(line => line.Offset!.Value).DefaultIfEmpty(-1).Max();
            committed = await view.CommittedAsync(trial.Topic, trial.Topic);
            Assert.InRange(committed, Math.Max(before, told), long.MaxValue);
        }

        await trial.ProduceAsync(Trial.Numbered(Kills * RecordsBetween, 1));
        await member.ExpectAsync(line => line.IsRecord && line.Key == $"key-{Kills * RecordsBetween}", "the last record");
        await member.StopAsync();
        Assert.InRange(await view.CommittedAsync(trial.Topic, trial.Topic), committed, (Kills * RecordsBetween) + 1);
    }

    private static async Task StartAsync(Trial trial, ServerProcess server)
    {
        await server.StartAsync();
        await new ServerView(server.Address).CreateTopicAsync(trial.Topic);
        trial.Bootstrap = server.Address.ToString();
    }

    private static async Task AcknowledgedAsync(DriverProcess producer)
    {
        for (int count = 0; count < RecordsBetween; count++)
        {
            await producer.ExpectAsync(line => line.Record is not null && line.Offset is not null, "an acknowledgement");
        }
    }
}
