using Duramen.Core.Ids;

namespace Duramen.State.Store.Disk;

/// <summary>What belongs to a position.</summary>
internal sealed record FoldedState(Offset Position, StoreDigest Digest, ReadOnlyMemory<byte> Attachment);
