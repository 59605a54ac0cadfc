using System.Globalization;
using Duramen.Cli.Streams;
using Duramen.Client;
using Duramen.Client.Admin;
using Duramen.Client.Producers;
using Duramen.Core.Errors;
using Duramen.Core.Ids;
using Duramen.Kafka;
using Duramen.Records.Batches;

namespace Duramen.Cli.Quickstart;

/// <summary>The topic that the quickstart loads, written as any client does it. One partition, so that all of it has one order.</summary>
internal sealed class HistoryTopic(KafkaClient client)
{
    public const string Name = "changes";

    /// <summary>The header that says what happened and why. The value says what there is since, and nothing where a path is gone.</summary>
    public const string ChangeHeader = "change";

    private const int ProgressEvery = 10_000;

    // A commit's clock may have been ahead of this one's.
    private static readonly string Forever = long.MaxValue.ToString(CultureInfo.InvariantCulture);

    /// <summary>Creates the topic, which keeps everything however old it is.</summary>
    /// <exception cref="DuramenException">The data folder has the topic already.</exception>
    public async Task CreateAsync(CancellationToken cancellationToken)
    {
        var topic = new NewTopic(Name)
        {
            Partitions = 1,

            // By the time of its records a history of years would have a segment for each week of them.
            Configs = new Dictionary<string, string> { ["retention.ms"] = "-1", ["segment.ms"] = Forever, ["message.timestamp.after.max.ms"] = Forever },
        };
        try
        {
            await new AdminClient(client).CreateTopicAsync(topic, cancellationToken).ConfigureAwait(false);
        }
        catch (ClientException refusal) when (refusal.Error == KafkaError.TopicAlreadyExists)
        {
            throw new DuramenException(
                refusal.Code,
                $"The data folder has a topic '{Name}' already, and loading into it would change it.",
                "Name a folder that does not exist yet with --data DIR, or serve this one with 'duramen server --data DIR'.",
                refusal);
        }
    }

    /// <summary>Loads everything a source has, and says what that was once all of it is acknowledged.</summary>
    public async Task<LoadedHistory> LoadAsync(IEventSource source, CancellationToken cancellationToken)
    {
        long count = 0;
        var commits = new List<LoadedHistory.CommitEnd>();
        GitCommit? commit = null;
        await using var producer = new Producer(client);
        await foreach (PathEvent happened in source.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            await producer.EnqueueAsync(
                new OutgoingRecord(Name, happened.File is { } file ? (ReadOnlyMemory<byte>?)file : null)
                {
                    Key = happened.Path,
                    TimestampMs = happened.TimestampMs,
                    Headers = new[] { new RecordHeader(ChangeHeader, happened.Description) },
                },
                cancellationToken).ConfigureAwait(false);
            if (commit is not null && happened.Commit != commit)
            {
                commits.Add(new(commit, new Offset(count)));
            }

            commit = happened.Commit;
            if (++count % ProgressEvery == 0)
            {
                Messages.Progress(FormattableString.Invariant($"{count} changes"));
            }
        }

        if (commit is not null)
        {
            commits.Add(new(commit, new Offset(count)));
        }

        await producer.FlushAsync(cancellationToken).ConfigureAwait(false);
        Messages.Progress("");
        return new LoadedHistory(count, commits);
    }
}
