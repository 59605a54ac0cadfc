using Duramen.Broker.Connections;
using Duramen.Kafka;
using Duramen.Log;

namespace Duramen.Broker.Partitions;

/// <summary>
/// One fetch over its partitions: reads what is there, and while that is too little waits for more without a thread, until the client's patience
/// or the connection ends. One owner.
/// </summary>
internal sealed class FetchRun(IReadOnlyList<PartitionFetch> partitions, int minBytes, int maxBytes, AnswerBudget answers, TimeProvider time)
{
    /// <summary>Reads until there is enough, or something to report, or no more time.</summary>
    /// <param name="patience">How long the client waits.</param>
    /// <param name="draining">Ends the waiting: the client is to have what there is.</param>
    /// <param name="gone">Ends everything: nobody wants the answer.</param>
    /// <exception cref="OperationCanceledException">The client is gone.</exception>
    public async ValueTask RunAsync(TimeSpan patience, CancellationToken draining, CancellationToken gone)
    {
        long started = time.GetTimestamp();
        while (true)
        {
            bool isDone = await ReadAsync(gone).ConfigureAwait(false);
            TimeSpan left = patience - time.GetElapsedTime(started);
            if (isDone || left <= TimeSpan.Zero || draining.IsCancellationRequested)
            {
                return;
            }

            await WaitAsync(left, draining, gone).ConfigureAwait(false);
            gone.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Reads each partition once, in the order of the request; whether the answer can go.</summary>
    private async ValueTask<bool> ReadAsync(CancellationToken gone)
    {
        long sizeBytes = 0;
        bool hasError = false;
        bool canGrow = false;
        foreach (PartitionFetch partition in partitions)
        {
            sizeBytes += partition.SizeBytes;
        }

        foreach (PartitionFetch partition in partitions)
        {
            int before = partition.SizeBytes;
            int leftBytes = answers.Reserve((int)Math.Max(0, maxBytes - sizeBytes));
            try
            {
                await partition.ReadAsync(leftBytes, isFirst: sizeBytes == 0, gone).ConfigureAwait(false);
            }
            finally
            {
                answers.Release(leftBytes);
            }

            sizeBytes += partition.SizeBytes - before;
            hasError |= partition.Error != KafkaError.None || partition.IsCutShort;
            canGrow |= !partition.IsFull;
        }

        return hasError || !canGrow || sizeBytes >= Math.Min(minBytes, maxBytes);
    }

    /// <summary>Returns when one of the partitions has more, or failed, or it is time to answer.</summary>
    private async ValueTask WaitAsync(TimeSpan left, CancellationToken draining, CancellationToken gone)
    {
        using var patience = new CancellationTokenSource(left, time);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, draining, gone);
        if (partitions.Count == 1)
        {
            await WaitForAsync(partitions[0], enough.Token).ConfigureAwait(false);
            return;
        }

        var waiting = new List<Task>(partitions.Count);
        foreach (PartitionFetch partition in partitions)
        {
            if (!partition.IsFull)
            {
                waiting.Add(WaitForAsync(partition, enough.Token));
            }
        }

        await Task.WhenAny(waiting).ConfigureAwait(false);
        await enough.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(waiting).ConfigureAwait(false);
    }

    /// <summary>Returns when the partition has more or cannot have more, and when the waiting is over; raises nothing.</summary>
    private static async Task WaitForAsync(PartitionFetch partition, CancellationToken enough)
    {
        try
        {
            await partition.Partition!.Log.WaitForCommittedAsync(partition.Next, enough).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Another partition has more, or it is time to answer.
        }
        catch (LogException exception)
        {
            partition.Fail(LogFailures.OfRead(exception));
        }
    }
}
