using Duramen.Core.Ids;

namespace Duramen.Client.Admin;

/// <summary>How far a partition reaches.</summary>
/// <param name="Start">The first offset that can be read.</param>
/// <param name="End">The offset after the last record that can be read.</param>
public readonly record struct PartitionOffsets(Offset Start, Offset End);
