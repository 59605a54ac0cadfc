using System.Globalization;
using Duramen.Conformance.Tests.Drivers;
using Duramen.Conformance.Tests.Servers;

namespace Duramen.Conformance.Tests.Features;

/// <summary>Consumers of one group share the partitions of a topic and go on where the group was.</summary>
internal static class GroupFeatures
{
    private const string Area = "Groups";
    private const int Partitions = 4;

    public static IReadOnlyList<Feature> All { get; } =
    [
        new(Area, "a group reads every partition", ReadsAllAsync),
        new(Area, "a restart goes on after the last commit", GoesOnAsync),
        new(Area, "members share, and take over from one that leaves", SharesAsync),
        new(Area, "members take over from one that dies", DiesAsync),
        new(Area, "a static member comes back without a rebalance", StaticAsync),
        new(Area, "a cooperative rebalance leaves members what they keep", CooperativeAsync),
    ];

    private static async Task ReadsAllAsync(Trial trial)
    {
        await PrepareAsync(trial);
        await ProduceAsync(trial, first: 0, count: 40);
        DriverProcess member = Join(trial);
        AssertNumbers(0, 40, await member.ExpectRecordsAsync(40));
        await LeaveAsync(member);
        AssertNumbers(0, 40, [.. member.Seen.Where(line => line.IsRecord)]);
    }

    private static async Task GoesOnAsync(Trial trial)
    {
        await PrepareAsync(trial);
        await ProduceAsync(trial, first: 0, count: 12);
        DriverProcess first = Join(trial);
        await first.ExpectRecordsAsync(12);
        await LeaveAsync(first);
        Assert.Equal(3, await trial.View.CommittedAsync(trial.Topic, trial.Topic));

        await ProduceAsync(trial, first: 12, count: 8);
        DriverProcess second = Join(trial);
        await second.ExpectRecordsAsync(8);
        await LeaveAsync(second);
        AssertNumbers(12, 8, [.. second.Seen.Where(line => line.IsRecord)]);
        Assert.Equal(5, await trial.View.CommittedAsync(trial.Topic, trial.Topic));
    }

    private static async Task SharesAsync(Trial trial)
    {
        await PrepareAsync(trial);
        DriverProcess first = Join(trial);
        await OwnsAsync(first, Partitions);
        DriverProcess second = Join(trial);
        await OwnsAsync(second, Partitions / 2);
        await OwnsAsync(first, Partitions / 2);
        Assert.Equal(Enumerable.Range(0, Partitions), Owned(first).Concat(Owned(second)).Order());

        await ProduceAsync(trial, first: 0, count: 20);
        await first.ExpectRecordsAsync(10);
        await second.ExpectRecordsAsync(10);
        await LeaveAsync(second);
        await OwnsAsync(first, Partitions);
        await ProduceAsync(trial, first: 20, count: 20);
        await first.ExpectRecordsAsync(30);
        await LeaveAsync(first);
        AssertNumbers(0, 40, [.. first.Seen.Concat(second.Seen).Where(line => line.IsRecord)]);
    }

    private static async Task DiesAsync(Trial trial)
    {
        await PrepareAsync(trial);
        DriverProcess first = Join(trial);
        await OwnsAsync(first, Partitions);
        DriverProcess second = Join(trial);
        await OwnsAsync(second, Partitions / 2);
        first.Kill();
        await OwnsAsync(second, Partitions);
        await ProduceAsync(trial, first: 0, count: 8);
        await second.ExpectRecordsAsync(8);
    }

    private static async Task StaticAsync(Trial trial)
    {
        await PrepareAsync(trial);
        DriverRequest request = Request(trial) with { SessionMs = 30_000 };
        DriverProcess first = trial.Start(request with { Instance = "first" });
        await OwnsAsync(first, Partitions);
        DriverProcess second = trial.Start(request with { Instance = "second" });
        await OwnsAsync(second, Partitions / 2);
        await OwnsAsync(first, Partitions / 2);
        int[] owned = Owned(first);
        int told = second.Seen.Count;

        first.Kill();
        DriverProcess again = trial.Start(request with { Instance = "first" });
        await OwnsAsync(again, Partitions / 2);
        Assert.Equal(owned, Owned(again));
        await ProduceAsync(trial, first: 0, count: 8);
        await again.ExpectRecordsAsync(4);
        await second.ExpectRecordsAsync(4);
        Assert.DoesNotContain(second.Seen.Skip(told), line => line.Assigned is not null || line.Revoked is not null);
    }

    private static async Task CooperativeAsync(Trial trial)
    {
        await PrepareAsync(trial);
        DriverRequest request = Request(trial) with { Strategy = "cooperative-sticky" };
        DriverProcess first = trial.Start(request);
        await OwnsAsync(first, Partitions);
        DriverProcess second = trial.Start(request);
        await second.ExpectAsync(line => line.Assigned is { Length: Partitions / 2 }, "its share");
        DriverLine revoked = await first.ExpectAsync(line => line.Revoked is { Length: > 0 }, "the loss of a share");
        Assert.Equal(Partitions / 2, revoked.Revoked!.Length);
        await ProduceAsync(trial, first: 0, count: 8);
        await first.ExpectRecordsAsync(4);
        await second.ExpectRecordsAsync(4);
    }

    private static Task PrepareAsync(Trial trial) => trial.View.CreateTopicAsync(trial.Topic, Partitions);

    private static Task<IReadOnlyList<DriverLine>> ProduceAsync(Trial trial, int first, int count) =>
        trial.ProduceAsync([.. Enumerable.Range(first, count).Select(number => new SentRecord($"{number}", $"value-{number}") { Partition = number % Partitions }).OrderBy(record => record.Partition)]);

    private static DriverRequest Request(Trial trial) => trial.Ask("group") with { Group = trial.Topic, SessionMs = NodeServer.SessionMs };

    private static DriverProcess Join(Trial trial) => trial.Start(Request(trial));

    private static async Task LeaveAsync(DriverProcess member) => Assert.Contains(await member.StopAsync(), line => line.Closed == true);

    // A member may be told of assignments that are overtaken by the next, so this is about the last word.
    private static async Task OwnsAsync(DriverProcess member, int count)
    {
        member.TakeLines();
        while (Owned(member).Length != count)
        {
            await member.ExpectAsync(line => line.Assigned is not null, $"{count} partitions");
        }
    }

    private static int[] Owned(DriverProcess member) => [.. (member.Seen.LastOrDefault(line => line.Assigned is not null)?.Assigned ?? []).Order()];

    // Every record once: nothing between two commits was lost or read again.
    private static void AssertNumbers(int first, int count, IReadOnlyList<DriverLine> records) =>
        Assert.Equal(Enumerable.Range(first, count), records.Select(record => int.Parse(record.Key!, CultureInfo.InvariantCulture)).Order());
}
