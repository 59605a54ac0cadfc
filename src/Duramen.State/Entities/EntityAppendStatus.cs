namespace Duramen.State.Entities;

/// <summary>What an append to an entity came to.</summary>
public enum EntityAppendStatus
{
    /// <summary>The records were appended.</summary>
    Appended,

    /// <summary>The same request was appended before; nothing was appended.</summary>
    Duplicate,

    /// <summary>The entity is at another version than expected; nothing was appended.</summary>
    Conflict,
}
