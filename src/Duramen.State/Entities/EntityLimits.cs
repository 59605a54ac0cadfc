namespace Duramen.State.Entities;

/// <summary>The fixed numbers of entities, with the reasons for them.</summary>
public static class EntityLimits
{
    /// <summary>The longest key of an entity, in bytes: a request id and what tells the two apart must fit a key of the store beside it.</summary>
    public const int KeyMaxBytes = 32 << 10;

    /// <summary>The longest request id, in bytes of UTF-8: a UUID has 36, and every one is kept for as long as its record is.</summary>
    public const int RequestIdMaxBytes = 256;

    /// <summary>The most records of one append. All of them are one batch, which consumers get whole.</summary>
    public const int AppendMaxRecords = 10_000;

    /// <summary>What the records of one append may have in all, in bytes: as much as the largest message that Kafka's clients send by default takes, sixteen times over.</summary>
    public const int AppendMaxBytes = 16 << 20;
}
