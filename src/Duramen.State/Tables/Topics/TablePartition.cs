using Duramen.Log;

namespace Duramen.State.Tables.Topics;

/// <summary>A partition of a topic that is read as a table.</summary>
/// <param name="Number">Its number in the topic; 0 for a log that is no topic's.</param>
/// <param name="Log">Its log.</param>
public sealed record TablePartition(int Number, ILog Log);
