namespace Duramen.Log;

/// <summary>What an append came to.</summary>
public enum AppendStatus
{
    /// <summary>The batches were appended.</summary>
    Appended,

    /// <summary>The same batches of the same producer were appended before, and are durable; nothing was appended.</summary>
    Duplicate,

    /// <summary>The log does not end at <see cref="AppendOptions.ExpectedEnd"/>; nothing was appended.</summary>
    Conflict,

    /// <summary>Batches of the producer are missing between its last one and these, or these are older than is remembered; nothing was appended.</summary>
    SequenceGap,

    /// <summary>A newer epoch of the producer was seen; nothing was appended.</summary>
    ProducerFenced,
}
