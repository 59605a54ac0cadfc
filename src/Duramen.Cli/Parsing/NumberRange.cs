namespace Duramen.Cli.Parsing;

/// <summary>The whole numbers that an option takes, both ends included.</summary>
internal sealed record NumberRange(long Min, long Max = long.MaxValue)
{
    public override string ToString() => Max == long.MaxValue ? FormattableString.Invariant($"{Min} or more") : FormattableString.Invariant($"{Min} to {Max}");
}
