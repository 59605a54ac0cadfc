using Duramen.Cli.Commands;
using Duramen.Cli.Parsing;
using Duramen.Cli.Records;
using Duramen.Cli.Streams;
using Duramen.Client;
using Duramen.Client.Admin;
using Duramen.Client.Consumers;
using Duramen.Core.Ids;

namespace Duramen.Cli.Clients;

internal static class ConsumeCommand
{
    private static readonly CommandOption From = new("--from", "WHERE", "beginning (the default), end, an offset, a time (2026-03-01T12:00:00Z) or milliseconds since 1970 (@1772366400000)");
    private static readonly CommandOption Count = new("--count", "N", "records to print at most", new(0));
    private static readonly CommandOption Follow = new("--follow", null, "wait for more at the end, until interrupted");
    private static readonly CommandOption Group = new("--group", "GROUP", "read as a member of this group: from where it committed, and commit what was printed");

    public static Command Command { get; } = new()
    {
        Name = "consume",
        Summary = "Print the records of a topic",
        Description =
            "Prints each value and an LF, in the order of each partition; ends where there is nothing more to read, or goes on with --follow. Records of\n"
            + "transactions that are open or aborted are left out. With --group the position is the group's, and --from and --partition do not apply.",
        Arguments = [ClientSession.Topic],
        Options = [From, Count, Follow, Group, ClientSession.Partition, FolderSession.Output, ClientSession.Bootstrap, ClientSession.Tls],
        Examples =
        [
            "duramen consume orders",
            "duramen consume orders --partition 0 --from 1000 --count 10 --output json",
            "duramen consume orders --group billing --follow",
        ],
        Run = RunAsync,
    };

    private static async Task<int> RunAsync(CommandInput input, CancellationToken interrupted)
    {
        string topic = input.Argument(0)!;
        LogPosition from = ReadFrom(input);
        long count = input.Number(Count) ?? long.MaxValue;
        bool isJson = FolderSession.IsJson(input);
        string? group = input.Text(Group.Name);
        int? partition = (int?)input.Number(ClientSession.Partition);
        if (group is not null && (input.Has(From.Name) || partition is not null))
        {
            throw input.Wrong($"{Group.Name} goes with neither {From.Name} nor {ClientSession.Partition.Name}");
        }

        await using KafkaClient client = ClientSession.Open(input);
        var admin = new AdminClient(client);
        TopicDescription description = await admin.DescribeTopicAsync(topic, interrupted).ConfigureAwait(false);
        var options = new ConsumerOptions { GroupId = group, StopsAtEnd = !input.Has(Follow.Name), CommitIntervalMs = 0, Assigned = OnAssigned };
        await using var consumer = new Consumer(client, options);
        if (group is not null)
        {
            // As a rule the first rebalance of a group waits three seconds for more members.
            Messages.Progress($"waiting for group '{Wording.Name(group)}' to share out the partitions");
            consumer.Subscribe(topic);
        }
        else
        {
            consumer.Assign([.. description.Partitions.Where(one => partition is null || one.Index == partition).Select(one => new TopicPartition(topic, one.Index))], PositionOf(from));
            if (consumer.Positions.Count == 0)
            {
                throw input.Wrong(FormattableString.Invariant($"{ClientSession.Partition.Name} is {partition}, but topic '{topic}' has partitions 0 to {description.Partitions.Count - 1}"));
            }

            if (from.Offset is { } offset)
            {
                await SeekAsync(admin, consumer, offset, interrupted).ConfigureAwait(false);
            }
        }

        using var output = new StandardOutput();
        using var printer = new ConsumedPrinter(output, isJson);
        await PrintAsync(consumer, printer, output, count, interrupted).ConfigureAwait(false);
        Messages.Progress("");
        output.Flush();
        if (group is not null)
        {
            // What reached the output is done with; what did not is read again.
            await consumer.CommitAsync(CancellationToken.None).ConfigureAwait(false);
        }

        return CommandRunner.Done;
    }

    private static async Task PrintAsync(Consumer consumer, ConsumedPrinter printer, StandardOutput output, long count, CancellationToken interrupted)
    {
        if (count == 0)
        {
            return;
        }

        try
        {
            long left = count;
            await foreach (ConsumedRecord record in consumer.ReadAllAsync(interrupted).ConfigureAwait(false))
            {
                printer.Print(record);
                output.FlushIfLarge();
                if (--left == 0)
                {
                    return;
                }

                if (!consumer.HasMore)
                {
                    // Whoever follows sees each record at once.
                    output.Flush();
                }
            }
        }
        catch (Exception error) when (error is not OutputClosedException)
        {
            output.Flush();
            if (error is not OperationCanceledException)
            {
                throw;
            }
        }
    }

    private static ValueTask OnAssigned(IReadOnlyList<TopicPartition> partitions, CancellationToken cancellationToken)
    {
        Messages.Progress("");
        return ValueTask.CompletedTask;
    }

    // Partitions have ends of their own: one that does not reach the offset is read from the nearest one that it does.
    private static async Task SeekAsync(AdminClient admin, Consumer consumer, Offset offset, CancellationToken interrupted)
    {
        foreach (TopicPartition partition in consumer.Positions.Keys.ToArray())
        {
            PartitionOffsets reach = await admin.GetOffsetsAsync(partition, interrupted).ConfigureAwait(false);
            consumer.Seek(partition, ReadPosition.At(Offset.Max(reach.Start, Offset.Min(offset, reach.End))));
        }
    }

    private static LogPosition ReadFrom(CommandInput input)
    {
        if (input.Text(From.Name) is not string text)
        {
            return default;
        }

        if (!LogPosition.TryParse(text, out LogPosition position) || position.TimestampMs < 0)
        {
            throw input.Wrong($"{From.Name} is '{text}': no offset, no time (2026-03-01T12:00:00Z or @1772366400000), and not beginning or end");
        }

        return position;
    }

    private static ReadPosition PositionOf(LogPosition position) => position switch
    {
        { Offset: { } offset } => ReadPosition.At(offset),
        { TimestampMs: long timestampMs } => ReadPosition.AtTimestamp(timestampMs),
        { IsEnd: true } => ReadPosition.End,
        _ => ReadPosition.Beginning,
    };
}
