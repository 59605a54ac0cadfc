namespace Duramen.Coordination.Topics;

/// <summary>Whose timestamps the records of a topic have.</summary>
public enum TimestampType
{
    /// <summary>Their producers'.</summary>
    CreateTime,

    /// <summary>The time of their append.</summary>
    LogAppendTime,
}
