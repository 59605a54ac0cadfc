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

/// <summary><c>duramen topic trim</c>: what kafka-delete-records does, and by time too.</summary>
internal static class TrimTopicCommand
{
    private static readonly CommandOption Before = new("--before", "PLACE", "the first record to keep: an offset, a time, or end to keep none");

    public static Command Command { get; } = new()
    {
        Name = "topic trim",
        Summary = "Delete the records of a topic below an offset, or before a time",
        Description =
            "The records are gone for every reader, and from the topic's tables. Before a time goes everything up to the first record that is not earlier, so that no record at or after it\n"
            + "is deleted. An offset is that of one partition: say which where there are several. A partition that starts there or later is left as it is.",
        Arguments = [ClientSession.Topic],
        Options = [Before, ClientSession.Partition, ClientSession.Bootstrap, ClientSession.Tls],
        Examples = ["duramen topic trim orders --before 1000", "duramen topic trim orders --before 2026-03-01", "duramen topic trim orders --partition 2 --before end"],
        Run = RunAsync,
    };

    private static async Task<int> RunAsync(CommandInput input, CancellationToken interrupted)
    {
        string text = input.Text(Before.Name) ?? throw input.Wrong($"{Before.Name} is missing");
        if (text == "beginning" || !LogPosition.TryParse(text, out LogPosition before))
        {
            throw input.Wrong($"{Before.Name} is '{text}': no offset, no time (2026-03-01T12:00:00Z or @1772366400000), and not end");
        }

        string topic = input.Argument(0)!;
        int? only = (int?)input.Number(ClientSession.Partition);
        await using KafkaClient client = ClientSession.Open(input);
        var admin = new AdminClient(client);
        TopicPartition[] partitions =
        [
            .. (await admin.DescribeTopicAsync(topic, interrupted).ConfigureAwait(false)).Partitions
                .Where(found => only is null || found.Index == only).Select(found => new TopicPartition(topic, found.Index)),
        ];
        if (partitions.Length == 0)
        {
            throw input.Wrong($"'{topic}' has no partition {only}");
        }

        if (before.Offset is not null && partitions.Length > 1)
        {
            throw input.Wrong($"'{topic}' has {partitions.Length} partitions, and an offset is that of one: say which with {ClientSession.Partition.Name}, or give a time");
        }

        // All are found before anything is deleted.
        var places = new List<(TopicPartition Partition, PartitionOffsets Reach, Offset Before)>();
        await using var finder = new Consumer(client);
        foreach (TopicPartition partition in partitions)
        {
            PartitionOffsets reach = await admin.GetOffsetsAsync(partition, interrupted).ConfigureAwait(false);
            places.Add((partition, reach, await FindAsync(finder, partition, reach, before, interrupted).ConfigureAwait(false)));
        }

        foreach ((TopicPartition partition, PartitionOffsets reach, Offset place) in places)
        {
            Offset start = place > reach.Start ? await DeleteAsync(admin, partition, reach, place, interrupted).ConfigureAwait(false) : reach.Start;
            Messages.Tell($"{partition} starts at offset {start}");
        }

        return CommandRunner.Done;
    }

    private static async ValueTask<Offset> DeleteAsync(AdminClient admin, TopicPartition partition, PartitionOffsets reach, Offset before, CancellationToken interrupted)
    {
        try
        {
            return await admin.DeleteRecordsAsync(partition, before, interrupted).ConfigureAwait(false);
        }
        catch (ClientException refused) when (refused.Error == KafkaError.PolicyViolation)
        {
            throw new ClientException(
                ClientErrors.Refused,
                $"'{partition.Topic}' is compacted only, and a topic whose cleanup.policy has no delete is not trimmed.",
                $"'duramen topic alter {partition.Topic} --config cleanup.policy=compact,delete' gives it both.",
                refused,
                refused.Error);
        }
        catch (ClientException refused) when (refused.Error == KafkaError.OffsetOutOfRange)
        {
            throw new ClientException(
                ClientErrors.Refused, $"{partition} cannot be trimmed below offset {before}: it ends at {reach.End}.", "'--before end' deletes all that there is.", refused, refused.Error);
        }
    }

    private static async ValueTask<Offset> FindAsync(Consumer finder, TopicPartition partition, PartitionOffsets reach, LogPosition before, CancellationToken interrupted)
    {
        if (before.TimestampMs is not long timestampMs)
        {
            return before.Offset ?? reach.End;
        }

        TimestampMatch? found = await finder.FindTimestampAsync(partition, timestampMs, interrupted).ConfigureAwait(false);
        return found?.Offset ?? reach.End;
    }
}
