using Duramen.Cli.Commands;
using Duramen.Cli.Parsing;
using Duramen.Cli.Records;
using Duramen.Cli.Streams;
using Duramen.Client;
using Duramen.Client.Admin;
using Duramen.Client.Consumers;
using Duramen.Core.Ids;
using Duramen.Kafka;
using Duramen.Log;

namespace Duramen.Cli.Clients;

/// <summary>The commands that show groups of consumers and where they are, move them, and delete them.</summary>
internal static class GroupCommands
{
    private static readonly CommandOption Topic = new("--topic", "TOPIC", "the topic whose offsets are set");
    private static readonly CommandOption To = new("--to", "WHERE", "beginning, end, an offset, a time (2026-03-01T12:00:00Z) or milliseconds since 1970 (@1772366400000)");

    public static Command List { get; } = new()
    {
        Name = "group list",
        Summary = "List the groups of a cluster",
        Description = "Text is one line per group: its id and its state, with a tab between them.",
        Arguments = [],
        Options = [FolderSession.Output, ClientSession.Bootstrap, ClientSession.Tls],
        Examples = ["duramen group list", "duramen group list --output json"],
        Run = ListAsync,
    };

    public static Command Describe { get; } = new()
    {
        Name = "group describe",
        Summary = "Show a group's members, its offsets, and how far it lags behind",
        Arguments = [ClientSession.Group],
        Options = [FolderSession.Output, ClientSession.Bootstrap, ClientSession.Tls],
        Examples = ["duramen group describe billing", "duramen group describe billing --output json"],
        Run = DescribeAsync,
    };

    public static Command Reset { get; } = new()
    {
        Name = "group reset",
        Summary = "Set the offsets of a group that has no members now",
        Arguments = [ClientSession.Group],
        Options = [Topic, To, ClientSession.Partition, ClientSession.Bootstrap, ClientSession.Tls],
        Examples = ["duramen group reset billing --topic orders --to beginning", "duramen group reset billing --topic orders --partition 0 --to 1000"],
        Run = ResetAsync,
    };

    public static Command Delete { get; } = new()
    {
        Name = "group delete",
        Summary = "Delete a group that has no members, and its offsets",
        Arguments = [ClientSession.Group],
        Options = [ClientSession.Bootstrap, ClientSession.Tls],
        Examples = ["duramen group delete billing"],
        Run = DeleteAsync,
    };

    private static async Task<int> ListAsync(CommandInput input, CancellationToken interrupted)
    {
        bool isJson = FolderSession.IsJson(input);
        await using KafkaClient client = ClientSession.Open(input);
        IReadOnlyList<GroupSummary> groups = await new AdminClient(client).ListGroupsAsync(interrupted).ConfigureAwait(false);
        using var output = new StandardOutput();
        using var json = new JsonOutput(output);
        foreach (GroupSummary group in groups)
        {
            if (isJson)
            {
                json.Writer.WriteStartObject();
                json.Writer.WriteString("group"u8, group.Id);
                json.Writer.WriteString("state"u8, group.State);
                json.Writer.WriteString("protocolType"u8, group.ProtocolType);
                json.Writer.WriteEndObject();
                json.EndLine();
            }
            else
            {
                output.WriteLine($"{Wording.Name(group.Id)}\t{group.State}");
            }
        }

        output.Flush();
        return CommandRunner.Done;
    }

    private static async Task<int> DescribeAsync(CommandInput input, CancellationToken interrupted)
    {
        bool isJson = FolderSession.IsJson(input);
        string id = input.Argument(0)!;
        await using KafkaClient client = ClientSession.Open(input);
        var admin = new AdminClient(client);
        GroupDescription group = await admin.DescribeGroupAsync(id, interrupted).ConfigureAwait(false);
        if (group.State == "Dead")
        {
            throw new ClientException(ClientErrors.Refused, $"There is no group '{id}'.", "'duramen group list' lists those there are.", error: KafkaError.GroupIdNotFound);
        }

        var places = new List<(TopicPartition Partition, Offset Committed, Offset End, GroupMember? Member)>();
        foreach ((TopicPartition partition, Offset committed) in await admin.GetGroupOffsetsAsync(id, interrupted).ConfigureAwait(false))
        {
            PartitionOffsets reach = await admin.GetOffsetsAsync(partition, interrupted).ConfigureAwait(false);
            places.Add((partition, committed, reach.End, group.Members.FirstOrDefault(member => member.Partitions.Contains(partition))));
        }

        using var output = new StandardOutput();
        if (isJson)
        {
            Write(output, group, places);
        }
        else
        {
            output.WriteLine(FormattableString.Invariant($"{Wording.Name(id)} state={group.State} protocol={(group.Protocol.Length == 0 ? "-" : group.Protocol)} members={group.Members.Count}"));
            foreach (GroupMember member in group.Members)
            {
                output.WriteLine($"  member {member.Id} at {member.Host}: {string.Join(", ", member.Partitions)}");
            }

            foreach ((TopicPartition partition, Offset committed, Offset end, GroupMember? _) in places)
            {
                output.WriteLine(FormattableString.Invariant($"  {partition}: committed {committed}, end {end}, lag {end.Since(committed)}"));
            }
        }

        output.Flush();
        return CommandRunner.Done;
    }

    private static async Task<int> ResetAsync(CommandInput input, CancellationToken interrupted)
    {
        string topic = input.Text(Topic.Name) ?? throw input.Wrong($"{Topic.Name} is missing");
        string text = input.Text(To.Name) ?? throw input.Wrong($"{To.Name} is missing");
        if (!LogPosition.TryParse(text, out LogPosition to))
        {
            throw input.Wrong($"{To.Name} is '{text}': no offset, no time (2026-03-01T12:00:00Z or @1772366400000), and not beginning or end");
        }

        int? only = (int?)input.Number(ClientSession.Partition);
        await using KafkaClient client = ClientSession.Open(input);
        var admin = new AdminClient(client);
        await using var finder = new Consumer(client);
        var offsets = new Dictionary<TopicPartition, Offset>();
        foreach (PartitionDescription description in (await admin.DescribeTopicAsync(topic, interrupted).ConfigureAwait(false)).Partitions)
        {
            if (only is null || description.Index == only)
            {
                TopicPartition partition = new(topic, description.Index);
                offsets[partition] = await FindAsync(admin, finder, partition, to, interrupted).ConfigureAwait(false);
            }
        }

        string group = input.Argument(0)!;
        try
        {
            await admin.SetGroupOffsetsAsync(group, offsets, interrupted).ConfigureAwait(false);
        }
        catch (ClientException refused) when (refused.Error == KafkaError.UnknownMemberId)
        {
            throw new ClientException(
                ClientErrors.Refused,
                $"Group '{group}' has members, or had some a moment ago; offsets are set only while it is empty.",
                "Stop its members; one that died is gone when its session is over. 'duramen group describe' lists them.",
                refused,
                refused.Error);
        }

        foreach ((TopicPartition partition, Offset offset) in offsets)
        {
            Messages.Tell($"{partition}: committed {offset}");
        }

        return CommandRunner.Done;
    }

    // An offset that a partition does not reach becomes the nearest one that it does.
    private static async Task<Offset> FindAsync(AdminClient admin, Consumer finder, TopicPartition partition, LogPosition to, CancellationToken interrupted)
    {
        PartitionOffsets reach = await admin.GetOffsetsAsync(partition, interrupted).ConfigureAwait(false);
        if (to.TimestampMs is long timestampMs)
        {
            TimestampMatch? found = await finder.FindTimestampAsync(partition, timestampMs, interrupted).ConfigureAwait(false);
            return found?.Offset ?? reach.End;
        }

        return to.Offset is { } offset ? Offset.Max(reach.Start, Offset.Min(offset, reach.End)) : to.IsEnd ? reach.End : reach.Start;
    }

    private static async Task<int> DeleteAsync(CommandInput input, CancellationToken interrupted)
    {
        await using KafkaClient client = ClientSession.Open(input);
        await new AdminClient(client).DeleteGroupAsync(input.Argument(0)!, interrupted).ConfigureAwait(false);
        Messages.Tell($"deleted group '{input.Argument(0)}'");
        return CommandRunner.Done;
    }

    private static void Write(StandardOutput output, GroupDescription group, List<(TopicPartition Partition, Offset Committed, Offset End, GroupMember? Member)> places)
    {
        using var json = new JsonOutput(output);
        json.Writer.WriteStartObject();
        json.Writer.WriteString("group"u8, group.Id);
        json.Writer.WriteString("state"u8, group.State);
        json.Writer.WriteString("protocol"u8, group.Protocol);
        json.Writer.WriteStartArray("members"u8);
        foreach (GroupMember member in group.Members)
        {
            json.Writer.WriteStartObject();
            json.Writer.WriteString("member"u8, member.Id);
            json.Writer.WriteString("instance"u8, member.InstanceId);
            json.Writer.WriteString("client"u8, member.ClientId);
            json.Writer.WriteString("host"u8, member.Host);
            json.Writer.WriteEndObject();
        }

        json.Writer.WriteEndArray();
        json.Writer.WriteStartArray("offsets"u8);
        foreach ((TopicPartition partition, Offset committed, Offset end, GroupMember? member) in places)
        {
            json.Writer.WriteStartObject();
            json.Writer.WriteString("topic"u8, partition.Topic);
            json.Writer.WriteNumber("partition"u8, partition.Partition);
            json.Writer.WriteNumber("committed"u8, committed.Value);
            json.Writer.WriteNumber("end"u8, end.Value);
            json.Writer.WriteNumber("lag"u8, end.Since(committed));
            json.Writer.WriteString("member"u8, member?.Id);
            json.Writer.WriteEndObject();
        }

        json.Writer.WriteEndArray();
        json.Writer.WriteEndObject();
        json.EndLine();
    }
}
