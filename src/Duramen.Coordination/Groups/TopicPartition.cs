namespace Duramen.Coordination.Groups;

/// <summary>A partition by the name of its topic and its number in it. A topic that is deleted and made again has the same name: see <see cref="Commands.ForgetTopic"/>.</summary>
public readonly record struct TopicPartition(string Topic, int Partition);
