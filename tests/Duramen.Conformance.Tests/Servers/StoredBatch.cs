using Duramen.Records.Compression;

namespace Duramen.Conformance.Tests.Servers;

/// <summary>What matters of the header of a stored batch.</summary>
internal readonly record struct StoredBatch(CompressionCodec Codec, long ProducerId, long BaseOffset, int RecordCount);
