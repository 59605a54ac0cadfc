using Duramen.Cli.Commands;
using Duramen.Cli.Parsing;
using Duramen.Cli.Records;
using Duramen.Cli.Streams;
using Duramen.Client;
using Duramen.Client.Admin;

namespace Duramen.Cli.Clients;

/// <summary>The commands that create, show, change and delete topics.</summary>
internal static class TopicCommands
{
    private static readonly CommandOption Partitions = new("--partitions", "N", "the number of partitions (default: the server's)", new(1, int.MaxValue));
    private static readonly CommandOption Replication = new("--replication", "N", "the copies of each partition (default: the server's)", new(1, short.MaxValue));
    private static readonly CommandOption Config = new("--config", "NAME=VALUE", "a setting by Kafka's name, retention.ms=3600000 for example; may be given several times", IsRepeatable: true);
    private static readonly CommandOption Unset = new("--unset", "NAME", "take a setting back to its default; may be given several times", IsRepeatable: true);
    private static readonly CommandOption All = new("--all", null, "topics of the cluster itself too");

    public static Command Create { get; } = new()
    {
        Name = "topic create",
        Summary = "Create a topic",
        Arguments = [ClientSession.Topic],
        Options = [Partitions, Replication, Config, ClientSession.Bootstrap, ClientSession.Tls],
        Examples =
        [
            "duramen topic create orders",
            "duramen topic create balances --partitions 4 --config cleanup.policy=compact --config min.cleanable.dirty.ratio=0.1",
        ],
        Run = CreateAsync,
    };

    public static Command List { get; } = new()
    {
        Name = "topic list",
        Summary = "List the topics of a cluster",
        Description = "Text is one line per topic: name and number of partitions, with a tab between them.",
        Arguments = [],
        Options = [All, FolderSession.Output, ClientSession.Bootstrap, ClientSession.Tls],
        Examples = ["duramen topic list", "duramen topic list --all --output json"],
        Run = ListAsync,
    };

    public static Command Describe { get; } = new()
    {
        Name = "topic describe",
        Summary = "Show a topic's partitions, how far they reach, and its settings",
        Description = "Settings that are not set for the topic itself are shown with --all.",
        Arguments = [ClientSession.Topic],
        Options = [new("--all", null, "settings at their defaults too"), FolderSession.Output, ClientSession.Bootstrap, ClientSession.Tls],
        Examples = ["duramen topic describe orders", "duramen topic describe orders --all --output json"],
        Run = DescribeAsync,
    };

    public static Command Alter { get; } = new()
    {
        Name = "topic alter",
        Summary = "Change a topic's settings, or give it more partitions",
        Arguments = [ClientSession.Topic],
        Options = [Config, Unset, new("--partitions", "N", "the number of partitions it has then, more than it has now", new(1, int.MaxValue)), ClientSession.Bootstrap, ClientSession.Tls],
        Examples = ["duramen topic alter orders --config retention.ms=86400000", "duramen topic alter orders --unset retention.ms --partitions 8"],
        Run = AlterAsync,
    };

    public static Command Delete { get; } = new()
    {
        Name = "topic delete",
        Summary = "Delete a topic with everything in it",
        Arguments = [ClientSession.Topic],
        Options = [ClientSession.Bootstrap, ClientSession.Tls],
        Examples = ["duramen topic delete orders"],
        Run = DeleteAsync,
    };

    private static async Task<int> CreateAsync(CommandInput input, CancellationToken interrupted)
    {
        var topic = new NewTopic(input.Argument(0)!)
        {
            Partitions = (int)(input.Number(Partitions) ?? -1),
            ReplicationFactor = (short)(input.Number(Replication) ?? -1),
            Configs = ClientSession.ReadPairs(input, Config),
        };
        await using KafkaClient client = ClientSession.Open(input);
        await new AdminClient(client).CreateTopicAsync(topic, interrupted).ConfigureAwait(false);
        Messages.Tell($"created topic '{topic.Name}'");
        return CommandRunner.Done;
    }

    private static async Task<int> ListAsync(CommandInput input, CancellationToken interrupted)
    {
        bool isJson = FolderSession.IsJson(input);
        await using KafkaClient client = ClientSession.Open(input);
        IReadOnlyList<TopicDescription> topics = await new AdminClient(client).ListTopicsAsync(interrupted).ConfigureAwait(false);
        using var output = new StandardOutput();
        using var json = new JsonOutput(output);
        foreach (TopicDescription topic in topics.Where(topic => !topic.IsInternal || input.Has(All.Name)))
        {
            if (isJson)
            {
                json.Writer.WriteStartObject();
                WriteSummary(json, topic);
                json.Writer.WriteEndObject();
                json.EndLine();
            }
            else
            {
                output.WriteLine(FormattableString.Invariant($"{Wording.Name(topic.Name)}\t{topic.Partitions.Count}"));
            }
        }

        output.Flush();
        return CommandRunner.Done;
    }

    private static async Task<int> DescribeAsync(CommandInput input, CancellationToken interrupted)
    {
        bool isJson = FolderSession.IsJson(input);
        string name = input.Argument(0)!;
        await using KafkaClient client = ClientSession.Open(input);
        var admin = new AdminClient(client);
        TopicDescription topic = await admin.DescribeTopicAsync(name, interrupted).ConfigureAwait(false);
        IReadOnlyDictionary<TopicPartition, long> sizes = await admin.GetSizesAsync(name, interrupted).ConfigureAwait(false);
        ConfigEntry[] configs = [.. (await admin.DescribeConfigsAsync(name, interrupted).ConfigureAwait(false)).Where(config => !config.IsDefault || input.Has(All.Name))];
        var offsets = new List<PartitionOffsets>();
        foreach (PartitionDescription partition in topic.Partitions)
        {
            offsets.Add(await admin.GetOffsetsAsync(new(name, partition.Index), interrupted).ConfigureAwait(false));
        }

        using var output = new StandardOutput();
        if (isJson)
        {
            WriteDescription(output, topic, offsets, sizes, configs);
        }
        else
        {
            output.WriteLine(FormattableString.Invariant($"{Wording.Name(name)} id={topic.Id} partitions={topic.Partitions.Count}"));
            foreach ((PartitionDescription partition, PartitionOffsets reach) in topic.Partitions.Zip(offsets))
            {
                output.WriteLine(FormattableString.Invariant(
                    $"  partition {partition.Index}: leader {partition.LeaderId}, offsets {reach.Start} to {reach.End}, {sizes.GetValueOrDefault(new(name, partition.Index))} bytes, replicas {string.Join(',', partition.Replicas)}, in sync {string.Join(',', partition.InSync)}"));
            }

            foreach (ConfigEntry config in configs)
            {
                output.WriteLine($"  {config.Name}={config.Value}");
            }
        }

        output.Flush();
        return CommandRunner.Done;
    }

    private static async Task<int> AlterAsync(CommandInput input, CancellationToken interrupted)
    {
        string name = input.Argument(0)!;
        Dictionary<string, string?> changes = ClientSession.ReadPairs(input, Config).ToDictionary(static pair => pair.Key, static pair => (string?)pair.Value);
        foreach (string unset in input.Texts(Unset))
        {
            if (!changes.TryAdd(unset, null))
            {
                throw input.Wrong($"{Unset.Name} and {Config.Name} both name '{unset}'");
            }
        }

        int? partitions = (int?)input.Number(Partitions);
        if (changes.Count == 0 && partitions is null)
        {
            throw input.Wrong("There is nothing to change");
        }

        await using KafkaClient client = ClientSession.Open(input);
        var admin = new AdminClient(client);
        if (changes.Count > 0)
        {
            await admin.AlterConfigsAsync(name, changes, interrupted).ConfigureAwait(false);
        }

        if (partitions is int count)
        {
            await admin.AddPartitionsAsync(name, count, interrupted).ConfigureAwait(false);
        }

        Messages.Tell($"changed topic '{name}'");
        return CommandRunner.Done;
    }

    private static async Task<int> DeleteAsync(CommandInput input, CancellationToken interrupted)
    {
        await using KafkaClient client = ClientSession.Open(input);
        await new AdminClient(client).DeleteTopicAsync(input.Argument(0)!, interrupted).ConfigureAwait(false);
        Messages.Tell($"deleted topic '{input.Argument(0)}'");
        return CommandRunner.Done;
    }

    private static void WriteSummary(JsonOutput json, TopicDescription topic)
    {
        json.Writer.WriteString("topic"u8, topic.Name);
        json.Writer.WriteString("id"u8, topic.Id);
        json.Writer.WriteBoolean("internal"u8, topic.IsInternal);
        json.Writer.WriteNumber("partitionCount"u8, topic.Partitions.Count);
    }

    private static void WriteDescription(
        StandardOutput output, TopicDescription topic, List<PartitionOffsets> offsets, IReadOnlyDictionary<TopicPartition, long> sizes, ConfigEntry[] configs)
    {
        using var json = new JsonOutput(output);
        json.Writer.WriteStartObject();
        WriteSummary(json, topic);
        json.Writer.WriteStartArray("partitions"u8);
        foreach ((PartitionDescription partition, PartitionOffsets reach) in topic.Partitions.Zip(offsets))
        {
            json.Writer.WriteStartObject();
            json.Writer.WriteNumber("partition"u8, partition.Index);
            json.Writer.WriteNumber("leader"u8, partition.LeaderId);
            json.Writer.WriteNumber("leaderEpoch"u8, partition.LeaderEpoch);
            json.Writer.WriteNumber("start"u8, reach.Start.Value);
            json.Writer.WriteNumber("end"u8, reach.End.Value);
            json.Writer.WriteNumber("sizeBytes"u8, sizes.GetValueOrDefault(new(topic.Name, partition.Index)));
            WriteNumbers(json, "replicas", partition.Replicas);
            WriteNumbers(json, "inSync", partition.InSync);
            json.Writer.WriteEndObject();
        }

        json.Writer.WriteEndArray();
        json.Writer.WriteStartObject("configs"u8);
        foreach (ConfigEntry config in configs)
        {
            json.Writer.WriteString(config.Name, config.Value);
        }

        json.Writer.WriteEndObject();
        json.Writer.WriteEndObject();
        json.EndLine();
    }

    private static void WriteNumbers(JsonOutput json, string name, IReadOnlyList<int> numbers)
    {
        json.Writer.WriteStartArray(name);
        foreach (int number in numbers)
        {
            json.Writer.WriteNumberValue(number);
        }

        json.Writer.WriteEndArray();
    }
}
