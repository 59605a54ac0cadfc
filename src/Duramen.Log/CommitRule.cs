namespace Duramen.Log;

/// <summary>What makes the records of a log visible to readers.</summary>
public enum CommitRule
{
    /// <summary>A record is committed when it is durable here; the rule of a log that is not replicated.</summary>
    WhenDurable,

    /// <summary>A record is committed when the owner of the log says so, as a consensus protocol does when a majority has it.</summary>
    WhenTold,
}
