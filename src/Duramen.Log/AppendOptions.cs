using Duramen.Core.Ids;
using Duramen.Records.Batches;

namespace Duramen.Log;

/// <summary>What one append asks for beyond its batches.</summary>
/// <param name="ExpectedEnd">When given, the append happens only if the log ends at exactly this offset.</param>
/// <param name="Epoch">The leader epoch to stamp on the batches; none by default.</param>
/// <param name="Producer">
/// What is checked of the producer of the batches; nothing by default. A check comes before that of the expected end, so that an append that comes
/// again is recognised whatever the end is now. It needs batches that follow each other, from one producer, and at most five, which is how many are
/// remembered.
/// </param>
/// <param name="ReturnsAtOnce">
/// Whether the call is to return before the append is durable even when nobody else is appending. By default the caller's own thread may then carry it to the
/// disk, which saves the two changes of threads and takes as long as a sync; a caller with more to append meanwhile asks for this.
/// </param>
/// <param name="Verified">That the caller had the checksum of the batch verified in this very memory; nothing by default, and the log does.</param>
public readonly record struct AppendOptions(
    Offset? ExpectedEnd = null,
    LeaderEpoch? Epoch = null,
    ProducerCheck Producer = ProducerCheck.None,
    bool ReturnsAtOnce = false,
    VerifiedBatch Verified = default);
