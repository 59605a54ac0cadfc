using Duramen.Core.Ids;
using Duramen.Log;

namespace Duramen.Client.Logs;

/// <summary>One batch on its way into a remote log.</summary>
/// <param name="batch">The batch, in the caller's memory, which is referred to until the append ends.</param>
/// <param name="recordCount">Its records.</param>
/// <param name="producer">Its producer, whose sequence numbers let the log recognise it when it comes again; none when it would not be recognised.</param>
/// <param name="beganMs">When it was given, in the milliseconds of the appends.</param>
internal sealed class RemoteAppend(ReadOnlyMemory<byte> batch, long recordCount, ProducerId producer, long beganMs)
    : TaskCompletionSource<(AppendOutcome Outcome, string? Why)>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public ReadOnlyMemory<byte> Batch => batch;

    public long RecordCount => recordCount;

    public ProducerId Producer => producer;

    public bool IsRecognised => producer.IsSome;

    public long BeganMs => beganMs;

    /// <summary>The end of the log that was known when it was first sent; null before.</summary>
    public Offset? EndWhenSent { get; set; }

    /// <summary>How often it could not be sent, or was refused.</summary>
    public int Attempts { get; set; }
}
