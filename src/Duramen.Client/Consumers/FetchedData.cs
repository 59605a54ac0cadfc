using Duramen.Client.Connections;
using Duramen.Kafka.Messages;

namespace Duramen.Client.Consumers;

/// <summary>An answer to a fetch that the data of several partitions share; its memory goes back when the last of them is done with.</summary>
internal sealed class FetchedFrame(LeasedResponse<FetchResponse> lease)
{
    private int _users = 1;

    public FetchResponse Response => lease.Response;

    public void AddUser() => Interlocked.Increment(ref _users);

    public void Release()
    {
        if (Interlocked.Decrement(ref _users) == 0)
        {
            lease.Dispose();
        }
    }
}

/// <summary>What an answer has for one partition, not opened yet.</summary>
/// <param name="Frame">Where the batches stand.</param>
/// <param name="Batches">The batches, the last perhaps cut off.</param>
/// <param name="Aborted">The transactions that are to be left out, by their first offset.</param>
internal sealed record FetchedData(FetchedFrame Frame, ReadOnlyMemory<byte> Batches, List<FetchResponse.AbortedTransaction> Aborted)
{
    /// <summary>How far it was opened.</summary>
    public int OpenedBytes { get; set; }
}
