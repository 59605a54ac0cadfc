using Duramen.Coordination.Notes;
using Duramen.Log;

namespace Duramen.Cli.Sources;

/// <summary>A log that a command is about.</summary>
/// <param name="Log">The log.</param>
/// <param name="Partition">The number of the partition that it is; 0 where it is none of a topic's.</param>
/// <param name="Label">What seals call it: the same in a folder and over the wire.</param>
/// <param name="Notes">Where notes about it are found; null where it is none of a topic's.</param>
internal sealed record SourceLog(ILog Log, int Partition, string Label, NotedPartition? Notes);
