using Duramen.Coordination.Notes;
using Duramen.Log;

namespace Duramen.Cli.Audit;

/// <summary>A log that an audit is about.</summary>
/// <param name="Log">The log.</param>
/// <param name="Label">What seals call it: the same in a folder and over the wire.</param>
/// <param name="Notes">Where notes about it are found; null where it is none of a topic's.</param>
internal sealed record AuditedLog(ILog Log, string Label, NotedPartition? Notes);
