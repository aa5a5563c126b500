using Cofferdam.Testing;

namespace Cofferdam.BlackBox.Tests;

public abstract class BlackBoxTest() : RuntimeTest([.. KnownDifferences.All, .. PlaceDifferences.All], asUser: true);
