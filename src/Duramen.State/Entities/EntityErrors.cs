using Duramen.Core.Errors;

namespace Duramen.State.Entities;

/// <summary>The codes of everything that an entity log can refuse beside what its log and its index do.</summary>
public static class EntityErrors
{
    /// <summary>The entity is at another version than the append expected; nothing was appended.</summary>
    public static ErrorCode Conflict => new("entity-conflict");

    /// <summary>The append is none that any entity could take: no records, too many or too large ones, a reserved header.</summary>
    public static ErrorCode Invalid => new("entity-invalid");

    /// <summary>The log failed while the append was under way: whether its records are in the log is not known.</summary>
    public static ErrorCode OutcomeUnknown => new("entity-outcome-unknown");

    /// <summary>A record of the entity is none that its aggregate understands.</summary>
    public static ErrorCode Unreadable => new("entity-unreadable");

    /// <summary>The first records of the entity were trimmed from the log, so that what they made of it is not known.</summary>
    public static ErrorCode Trimmed => new("entity-trimmed");

    /// <summary>The entity log was closed.</summary>
    public static ErrorCode Closed => new("entity-closed");
}
