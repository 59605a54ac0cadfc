namespace Duramen.Coordination.Configs;

/// <summary>What the value of a config is.</summary>
public enum ConfigType
{
    /// <summary>Nobody here knows what it is. It is kept, and not shown, as it may be a secret.</summary>
    Unknown,

    /// <summary><c>true</c> or <c>false</c>.</summary>
    Boolean,

    /// <summary>Text; Kafka's STRING.</summary>
    Text,

    /// <summary>A whole number of 32 bits; Kafka's INT.</summary>
    Number32,

    /// <summary>A whole number of 64 bits; Kafka's LONG.</summary>
    Number64,

    /// <summary>A number with a fraction; Kafka's DOUBLE.</summary>
    Fraction,

    /// <summary>Words with commas between them; Kafka's LIST.</summary>
    List,
}
