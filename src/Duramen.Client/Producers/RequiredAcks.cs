namespace Duramen.Client.Producers;

/// <summary>Whose writes an acknowledgement stands for; the values are those of the protocol.</summary>
public enum RequiredAcks
{
    /// <summary>Every replica that is in sync. The default, and what an idempotent producer needs.</summary>
    All = -1,

    /// <summary>Nobody: records that are sent count as acknowledged, and may be lost unseen.</summary>
    None = 0,

    /// <summary>The leader alone.</summary>
    Leader = 1,
}
