using System.Globalization;

namespace Duramen.Kafka.Generator.Schemas;

/// <summary>Versions from <paramref name="Min"/> to <paramref name="Max"/>, both included.</summary>
internal readonly record struct VersionRange(int Min, int Max)
{
    /// <summary>Past every version there is: the end of an open range.</summary>
    public const int Open = short.MaxValue;

    /// <summary>Every version.</summary>
    public static VersionRange All => new(0, Open);

    /// <summary>No version at all.</summary>
    public static VersionRange None => new(Open, -1);

    /// <summary>Whether no version is in it.</summary>
    public bool IsEmpty => Min > Max;

    /// <summary>Reads <c>3</c>, <c>3+</c> or <c>3-9</c>.</summary>
    public static bool TryParse(string text, out VersionRange range)
    {
        range = default;
        int split = text.IndexOfAny(['-', '+']);
        string first = split < 0 ? text : text[..split];
        if (!int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out int min))
        {
            return false;
        }

        int max = min;
        if (split >= 0 && text[split] == '+')
        {
            max = Open;
            if (split != text.Length - 1)
            {
                return false;
            }
        }
        else if (split >= 0 && !int.TryParse(text[(split + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out max))
        {
            return false;
        }

        range = new(min, max);
        return !range.IsEmpty;
    }

    /// <summary>Whether the version is in the range.</summary>
    public bool Has(int version) => version >= Min && version <= Max;

    /// <summary>The versions that are in both.</summary>
    public VersionRange And(VersionRange other) => new(Math.Max(Min, other.Min), Math.Min(Max, other.Max));

    /// <summary>The smallest range that holds both.</summary>
    public VersionRange Or(VersionRange other) => IsEmpty ? other : other.IsEmpty ? this : new(Math.Min(Min, other.Min), Math.Max(Max, other.Max));

    /// <summary>As <see cref="TryParse"/> reads it.</summary>
    public override string ToString() =>
        Min == Max ? string.Create(CultureInfo.InvariantCulture, $"{Min}")
        : Max == Open ? string.Create(CultureInfo.InvariantCulture, $"{Min}+")
        : string.Create(CultureInfo.InvariantCulture, $"{Min}-{Max}");
}
