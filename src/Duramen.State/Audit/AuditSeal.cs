using Duramen.Core.Ids;
using Duramen.State.Audit.Merkle;

namespace Duramen.State.Audit;

/// <summary>
/// What a history was as of an offset, in one hash: whoever keeps a seal can find out later whether the log still has that history, every byte of it. The hash
/// covers the batches and their order; where they begin and end it does not, which is why a seal names that too.
/// </summary>
/// <param name="Log">What the log is called; for people, and to tell seals of several logs apart.</param>
/// <param name="First">The offset with which the sealed history begins: 0, but for a log whose beginning was gone when its trail began.</param>
/// <param name="AsOf">The offset before which it ends.</param>
/// <param name="Batches">The batches that it has: the leaves of the tree.</param>
/// <param name="Root">The root of the tree.</param>
public sealed record AuditSeal(string Log, Offset First, Offset AsOf, long Batches, MerkleHash Root);
