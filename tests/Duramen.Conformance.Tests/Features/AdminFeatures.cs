using Duramen.Conformance.Tests.Drivers;
using Duramen.Conformance.Tests.Servers;
using Duramen.Kafka;

namespace Duramen.Conformance.Tests.Features;

/// <summary>Topics, configs and groups are looked after.</summary>
internal static class AdminFeatures
{
    private const string Area = "Administration";

    public static IReadOnlyList<Feature> All { get; } =
    [
        new(Area, "create a topic", CreateAsync),
        new(Area, "a topic that exists is refused", CreateAgainAsync),
        new(Area, "describe a topic", DescribeAsync),
        new(Area, "describe the configs of a topic", DescribeConfigsAsync),
        new(Area, "alter a config", AlterAsync),
        new(Area, "add partitions", GrowAsync),
        new(Area, "delete records", TrimAsync),
        new(Area, "delete a topic", DeleteAsync),
        new(Area, "list groups", ListGroupsAsync),
        new(Area, "describe a group", DescribeGroupAsync),
        new(Area, "delete a group", DeleteGroupAsync),
        new(Area, "the lag of a group", LagAsync),
    ];

    private static async Task CreateAsync(Trial trial)
    {
        await trial.DoAsync(trial.Ask("create") with { Partitions = 3, Config = new Dictionary<string, string> { ["retention.ms"] = "123456" } });
        // The last partition can be read, which takes a topic that has it.
        Assert.Empty(await trial.View.BatchesAsync(trial.Topic, partition: 2));
        Assert.Equal("123456", await trial.View.ConfigAsync(trial.Topic, "retention.ms"));
    }

    private static async Task CreateAgainAsync(Trial trial)
    {
        await trial.View.CreateTopicAsync(trial.Topic);
        ClientException refusal = await Assert.ThrowsAsync<ClientException>(() => trial.DoAsync(trial.Ask("create") with { Partitions = 1 }));
        Assert.Equal((int)KafkaError.TopicAlreadyExists, refusal.Code);
    }

    private static async Task DescribeAsync(Trial trial)
    {
        await trial.View.CreateTopicAsync(trial.Topic, partitions: 3);
        Assert.Equal(3, (await DescriptionAsync(trial)).Partitions);
    }

    private static async Task DescribeConfigsAsync(Trial trial)
    {
        await trial.View.CreateTopicAsync(trial.Topic, 1, ("retention.ms", "123456"));
        Dictionary<string, string?> config = (await OnlyAsync(trial, trial.Ask("configs"))).Config!;
        Assert.Equal("123456", config["retention.ms"]);
        Assert.Equal("delete", config["cleanup.policy"]);
    }

    private static async Task AlterAsync(Trial trial)
    {
        await trial.View.CreateTopicAsync(trial.Topic);
        await trial.DoAsync(trial.Ask("alter") with { Config = new Dictionary<string, string> { ["cleanup.policy"] = "compact" } });
        Assert.Equal("compact", await trial.View.ConfigAsync(trial.Topic, "cleanup.policy"));
    }

    private static async Task GrowAsync(Trial trial)
    {
        await trial.View.CreateTopicAsync(trial.Topic);
        await trial.DoAsync(trial.Ask("grow") with { Partitions = 4 });
        Assert.Equal(4, (await DescriptionAsync(trial)).Partitions);
    }

    private static async Task TrimAsync(Trial trial)
    {
        await trial.View.CreateTopicAsync(trial.Topic);
        await trial.ProduceAsync(Trial.Numbered(0, 10));
        await trial.DoAsync(trial.Ask("trim") with { Partition = 0, Offset = 4 });
        IReadOnlyList<DriverLine> read = await trial.ReadAsync(StartPosition.Earliest, 0);
        Assert.Equal([4L, 5, 6, 7, 8, 9], read.Select(record => record.Offset!.Value));
    }

    private static async Task DeleteAsync(Trial trial)
    {
        await trial.View.CreateTopicAsync(trial.Topic);
        await trial.DoAsync(trial.Ask("delete"));
        // It is gone when its name is free again.
        await trial.View.CreateTopicAsync(trial.Topic, partitions: 2);
    }

    private static async Task ListGroupsAsync(Trial trial)
    {
        await using DriverProcess member = await JoinAsync(trial);
        DriverLine answer = await OnlyAsync(trial, trial.Ask("groups"));
        Assert.Contains(trial.Topic, answer.Groups!);
    }

    private static async Task DescribeGroupAsync(Trial trial)
    {
        await using DriverProcess member = await JoinAsync(trial);
        DriverLine joined = await OnlyAsync(trial, trial.Ask("describeGroup") with { Group = trial.Topic });
        Assert.Equal(("Stable", 1), (joined.State, joined.Members));
        await member.StopAsync();
        DriverLine left = await OnlyAsync(trial, trial.Ask("describeGroup") with { Group = trial.Topic });
        Assert.Equal(("Empty", 0), (left.State, left.Members));
    }

    private static async Task DeleteGroupAsync(Trial trial)
    {
        DriverProcess member = await JoinAsync(trial);
        await trial.ProduceAsync(Trial.Numbered(0, 3));
        await member.ExpectRecordsAsync(3);
        await member.StopAsync();
        Assert.Equal(3, await trial.View.CommittedAsync(trial.Topic, trial.Topic));
        await trial.DoAsync(trial.Ask("deleteGroup") with { Group = trial.Topic });
        Assert.Equal(-1, await trial.View.CommittedAsync(trial.Topic, trial.Topic));
    }

    private static async Task LagAsync(Trial trial)
    {
        DriverProcess member = await JoinAsync(trial);
        await trial.ProduceAsync(Trial.Numbered(0, 3));
        await member.ExpectRecordsAsync(3);
        await member.StopAsync();
        await trial.ProduceAsync(Trial.Numbered(3, 4));
        DriverLine answer = await OnlyAsync(trial, trial.Ask("lag") with { Group = trial.Topic, PartitionList = [0] });
        Assert.Equal((3L, 7L), (answer.Committed, answer.End));
    }

    private static async Task<DriverProcess> JoinAsync(Trial trial)
    {
        await trial.View.CreateTopicAsync(trial.Topic);
        DriverProcess member = trial.Start(trial.Ask("group") with { Group = trial.Topic, SessionMs = NodeServer.SessionMs });
        await member.ExpectAsync(line => line.Assigned is { Length: 1 }, "its partition");
        return member;
    }

    private static Task<DriverLine> DescriptionAsync(Trial trial) => OnlyAsync(trial, trial.Ask("describe"));

    private static async Task<DriverLine> OnlyAsync(Trial trial, DriverRequest request) => Assert.Single(await trial.DoAsync(request));
}
