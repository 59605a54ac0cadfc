using System.Globalization;

namespace Duramen.Coordination.Configs;

/// <summary>What a config is called, what it may be, what it is when nobody sets it, and what it does. None of ours holds a secret.</summary>
/// <param name="Name">The name that clients use.</param>
/// <param name="Type">What its value is.</param>
/// <param name="Default">Its value when nobody sets it.</param>
/// <param name="Documentation">What it does here, in a sentence or two.</param>
public sealed record ConfigDefinition(string Name, ConfigType Type, string Default, string Documentation)
{
    /// <summary>The longest value, in characters: a list of replicas of a large topic fits.</summary>
    public const int MaxValueLength = 32 * 1024;

    /// <summary>The least that a number may be.</summary>
    public double Minimum { get; init; } = double.NegativeInfinity;

    /// <summary>The most that a number may be.</summary>
    public double Maximum { get; init; } = double.PositiveInfinity;

    /// <summary>What a text or each word of a list must be one of; anything when empty.</summary>
    public IReadOnlyList<string> Allowed { get; init; } = [];

    /// <summary>The name of the broker's config that gives the default; null when there is none.</summary>
    public string? BrokerName { get; init; }

    /// <summary>
    /// Whether that config has a value only when somebody set it: Kafka's broker gives the default in another unit (<c>log.retention.hours</c>), and clients see
    /// no synonym for it.
    /// </summary>
    public bool IsBrokerDefaultUnset { get; init; }

    /// <summary>Whether it is what it was when the broker started.</summary>
    public bool IsFixed { get; init; }

    /// <summary>Brings a value to its one form: no space around it, numbers and booleans written one way.</summary>
    /// <param name="text">What a client gave.</param>
    /// <param name="value">The value in its one form.</param>
    /// <param name="fault">What is wrong with it otherwise.</param>
    public bool TryNormalise(string text, out string value, out string fault)
    {
        ArgumentNullException.ThrowIfNull(text);
        value = "";
        fault = "";
        if (text.Length > MaxValueLength)
        {
            fault = $"The value of configuration {Name} has more than {MaxValueLength} characters.";
            return false;
        }

        string? wrong = Type switch
        {
            ConfigType.Boolean => Boolean(text.Trim(), out value),
            ConfigType.Number32 => Whole(text.Trim(), int.MinValue, int.MaxValue, out value),
            ConfigType.Number64 => Whole(text.Trim(), long.MinValue, long.MaxValue, out value),
            ConfigType.Fraction => Fraction(text.Trim(), out value),
            ConfigType.List => Words(text, out value),
            _ => Word(text.Trim(), out value),
        };
        if (wrong is not null)
        {
            fault = $"Invalid value '{text}' for configuration {Name}: {wrong}.";
        }

        return wrong is null;
    }

    private static string? Boolean(string text, out string value)
    {
        bool read = bool.TryParse(text, out bool isTrue);
        value = isTrue ? "true" : "false";
        return read ? null : "it must be true or false";
    }

    private string? Whole(string text, long lowest, long highest, out string value)
    {
        bool read = long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) && number >= lowest && number <= highest;
        value = number.ToString(CultureInfo.InvariantCulture);
        return read ? OutOfRange(number) : $"it is not a whole number of {(highest == int.MaxValue ? 32 : 64)} bits";
    }

    private string? Fraction(string text, out string value)
    {
        bool read = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number);
        value = number.ToString(CultureInfo.InvariantCulture);
        return read ? OutOfRange(number) : "it is not a number";
    }

    private string? OutOfRange(double number)
    {
        if (number < Minimum)
        {
            return string.Create(CultureInfo.InvariantCulture, $"it must be at least {Minimum}");
        }

        return number > Maximum ? string.Create(CultureInfo.InvariantCulture, $"it must be at most {Maximum}") : null;
    }

    private string? Words(string text, out string value)
    {
        string[] words = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        value = string.Join(',', words);
        string? stranger = Allowed.Count == 0 ? null : Array.Find(words, word => !Allowed.Contains(word));
        return stranger is null ? null : $"{stranger} is not one of {string.Join(", ", Allowed)}";
    }

    private string? Word(string text, out string value)
    {
        value = text;
        return Allowed.Count == 0 || Allowed.Contains(text) ? null : $"it must be one of {string.Join(", ", Allowed)}";
    }
}
