using Duramen.Core.Ids;

namespace Duramen.Log.Memory;

/// <summary>One batch of a log in memory; its bytes never change.</summary>
internal readonly record struct StoredBatch(Offset BaseOffset, Offset NextOffset, int RecordCount, ReadOnlyMemory<byte> Bytes);
