namespace Duramen.Cli.Entities;

/// <summary>What an append came to.</summary>
/// <param name="Version">The version of its last record.</param>
/// <param name="Offset">The offset of its last record.</param>
/// <param name="Partition">The partition that it is in.</param>
/// <param name="IsDuplicate">Whether an earlier append had the request's id, and nothing was appended now.</param>
internal sealed record AppendedRecords(long Version, long Offset, int Partition, bool IsDuplicate);
